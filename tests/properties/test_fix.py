"""The set of fixes that is found is the cheapest that closes, against all sets applied to the inventory itself."""

import random
from pathlib import Path

import pytest

from graphscan.analysis.fix import Costs, fix
from graphscan.analysis.fix_costs import Row
from graphscan.analysis.fix_costs import costs as priced
from graphscan.analysis.fix_effect import Asked
from graphscan.analysis.fix_find import candidates
from graphscan.analysis.fix_worked_out import WorkedOut
from graphscan.analysis.session import Session
from graphscan.model import Record, SourceInfo
from graphscan.store import Store
from tests.inventory import READ, tenant
from tests.properties import fix_cases as cases
from tests.properties.engine_cases import CASES, FULL

COUNT = max(3, 40 * CASES // FULL - 1)  # each derives everything two to five times: a second or two of work each
MOST = 6


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Session, list[cases.Case]]:
    """Return a session over many random tenants, each with a prefix, of which the targets are reached."""
    folder = tmp_path_factory.mktemp("fix")
    drawn = [cases.draw(seed, folder) for seed in range(COUNT * 3)]
    records: list[Record] = [one for number, case in enumerate(drawn) for one in tenant(case.records, f"k{number}.")]
    store = Store.open_or_create(folder / "store")
    store.write(SourceInfo("facts:0", "facts", READ), records)
    return Session.open(folder / "store", cases.AT), drawn


def test_the_set_is_the_cheapest_that_closes(stored: tuple[Session, list[cases.Case]], tmp_path: Path) -> None:
    """Of up to six fixes with random costs, the set closes and costs what the cheapest of all subsets costs."""
    session, drawn = stored
    asked, found = [], []
    for number, case in enumerate(drawn):
        if len(found) == COUNT:
            break
        prefix, rng = f"k{number}.", random.Random(number)
        starts, targets = ([prefix + one for one in names] for names in (case.starts, case.targets))
        put = Asked.put(session, starts, targets, None)
        if not put.goals:
            continue
        every, _ = candidates(put.question, put.closing, list(put.goals), WorkedOut.of(session))
        rows = _rows(session, every, rng)
        price, unused = priced(session, every, rows, None)
        assert unused == ()
        universe = [(one, cost) for one, cost in zip(every, price, strict=True) if cost is not None]
        result = fix(session, starts, targets, budget=600, prices=Costs(rows, None), solver=rng.choice(["own", "auto"]))
        found.append((result, [cost for _, cost in universe], [one.edit for one, _ in universe]))
        asked.append((case, prefix, [one for one, _ in universe]))
    truth = cases.closing(tmp_path, asked)
    closed = 0
    for (result, cost, edits), closing in zip(found, truth, strict=True):
        cheapest = min((sum(cost[place] for place in chosen) for chosen, ok in closing.items() if ok), default=None)
        if cheapest is None:
            assert result.cut is None, edits
            assert result.stays is not None
            continue
        closed += 1
        assert result.cut is not None, (edits, closing)
        assert (result.cut.cost, result.cut.lower, result.cut.optimal) == (cheapest, cheapest, True)
        assert closing[tuple(sorted(edits.index(one) for one in result.cut.edits))]
        for one in result.fixes:
            alone = closing[(edits.index(one.edit),)]
            assert (one.effect == "resolves") == alone, one.edit
    assert closed >= COUNT // 2


# Private functions


def _rows(session: Session, every: list, rng: random.Random) -> tuple[Row, ...]:  # type: ignore[type-arg]
    """Return a costs file that leaves at most six fixes, each with a cost of its own."""
    chosen: list[str] = []
    count = 0
    for one in rng.sample(every, len(every)):
        selector = f"relation:{one.id}" if one.sort == "remove" else one.id
        size = sum(1 for other in every if other.id == one.id)
        if selector not in chosen and count + size <= MOST:
            chosen.append(selector)
            count += size
    names = {one.id if one.sort != "remove" else f"relation:{one.id}" for one in every}
    rows = [Row(1, one, rng.randint(1, 3)) for one in chosen]
    return (*rows, *(Row(1, one, None) for one in sorted(names - {*chosen})))
