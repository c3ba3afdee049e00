"""What is found near the starts of a large graph is what the whole graph gives, as far as it is said to reach."""

from engine_cases import Case, cases
from hypothesis import given
from hypothesis import strategies as st
from test_engine_paths import PLENTY, World, careful

from graphscan.engine.families import find_families
from graphscan.engine.nearby import Neighbourhood, WholeOracle, neighbourhood
from graphscan.engine.paths import PathList, PathSearch, find_paths, listed, within


def _search(world: World, near: Neighbourhood, limit: int = 200) -> PathList:
    return listed(PathSearch(WholeOracle(world.question, near.attack), budget=PLENTY), limit)


@careful
@given(cases(), st.booleans(), st.integers(1, 3), st.integers(1, 6))
def test_paths_nearby_are_the_first_paths(case: Case, may: bool, enough: int, least: int) -> None:
    """Within the bound that it states a neighbourhood holds every path of the whole graph, in order, and no other."""
    world = World(case, may)
    targets = world.targets(4)
    whole = find_paths(world.question, targets, limit=60, budget=PLENTY)

    near = neighbourhood(world.question, targets, enough, least)
    found = within(_search(world, near), near.most)

    wanted = [path for path in whole.paths if near.most is None or (path.cost, len(path.steps)) <= near.most]
    if whole.complete or (near.most is not None and len(wanted) < len(whole.paths)):
        assert list(found.paths) == wanted
    if near.most is None:
        assert found.complete == whole.complete or not whole.complete
    else:
        assert not found.complete


@careful
@given(cases(), st.booleans())
def test_a_neighbourhood_of_everything_is_the_attack_graph(case: Case, may: bool) -> None:
    """Where all is settled nothing is cut, and the paths are those of the attack graph itself."""
    world = World(case, may)
    targets = world.targets(4)

    near = neighbourhood(world.question, targets, enough=PLENTY)
    found = _search(world, near, 60)

    assert near.most is None
    assert found == find_paths(world.question, targets, limit=60, budget=PLENTY)


@careful
@given(cases(), st.booleans())
def test_families_of_a_large_graph_are_the_same(case: Case, may: bool) -> None:
    """Looking near the starts gives the families that the attack graph gives."""
    world = World(case, may)
    targets = world.targets(4)

    assert find_families(world.question, targets, 60, PLENTY, large=0) == find_families(
        world.question, targets, 60, PLENTY
    )
