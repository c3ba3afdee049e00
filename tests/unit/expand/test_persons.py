"""Who is the same person in two sources: by external id, by sign-in, by verified e-mail; ambiguity is possible."""

from collections.abc import Sequence
from pathlib import Path

from graphscan.expand.edits import Edits
from graphscan.expand.run import expand
from graphscan.model import Key, Node, Observed, Record, Ref, Relation
from tests.inventory import AT, READ, World, merged

MAIL = "ann@acme.example"


def user(id_: str, *keys: Key, name: str = "Ann") -> Node:
    """Return a user with keys."""
    return Node(id_, "User", keys=keys, name=name)


def mail(verified: bool = True) -> Key:
    """Return an e-mail address."""
    return Key("email", MAIL, verified=verified)


def external(value: str = "e-17", scope: str = "hr") -> Key:
    """Return an id that another system gave."""
    return Key("external_id", value, scope)


def same(folder: Path, *sources: Sequence[Record]) -> list[tuple[str, str, str, str]]:
    """Return (one, other, observed, because) of every SAME_PERSON that is derived."""
    con = merged(folder, *sources)
    expand(con, [], AT, Edits(), {f"facts:{number}": READ for number in range(len(sources))})
    return con.execute(
        "SELECT a.id, b.id, r.observed, d.because FROM relation r JOIN derived_relation d USING (r) "
        "JOIN node a ON a.n = r.source JOIN node b ON b.n = r.target WHERE r.kind = 'SAME_PERSON' ORDER BY ALL"
    ).fetchall()


def test_the_strongest_reason_decides(tmp_path: Path) -> None:
    """An external id outweighs a sign-in, a sign-in an e-mail address; the weaker ones name nobody else."""
    ours: list[Record] = [user("o:ann", external(), mail()), Relation(Ref("o:ann"), "SIGNS_IN_AS", Ref("j:2"))]
    three = [user("j:1", external()), user("j:2"), user("j:3", mail())]

    assert same(tmp_path / "a", ours, three) == [("j:1", "o:ann", "yes", "the same external id")]
    assert same(tmp_path / "b", ours, three[1:]) == [("j:2", "o:ann", "yes", "one signs in as the other")]
    assert same(tmp_path / "c", ours[:1], three[2:]) == [("j:3", "o:ann", "yes", "the same verified e-mail address")]


def test_what_its_owner_may_edit_and_names_join_nobody(tmp_path: Path) -> None:
    """An unverified address on either side, another scope, a display name, two users of one source."""
    assert same(tmp_path / "a", [user("o:ann", mail())], [user("j:ann", mail(verified=False))]) == []
    assert same(tmp_path / "b", [user("o:ann", external())], [user("j:ann", external(scope="other"))]) == []
    assert same(tmp_path / "c", [user("o:ann")], [user("j:ann")]) == []
    assert same(tmp_path / "d", [user("o:ann", mail()), user("o:two", mail())], [user("j:bob")]) == []


def test_two_candidates_of_one_source_are_possible(tmp_path: Path) -> None:
    """Two accounts with the address, or one account that two people sign in as: nobody knows whose it is."""
    twins = [user("j:1", mail()), user("j:2", mail())]
    shared: list[Record] = [
        user("o:ann"),
        user("o:bob"),
        Relation(Ref("o:ann"), "SIGNS_IN_AS", Ref("j:all")),
        Relation(Ref("o:bob"), "SIGNS_IN_AS", Ref("j:all")),
    ]

    assert [row[:3] for row in same(tmp_path / "a", [user("o:ann", mail())], twins)] == [
        ("j:1", "o:ann", "possible"),
        ("j:2", "o:ann", "possible"),
    ]
    assert [row[:3] for row in same(tmp_path / "b", shared, [user("j:all")])] == [
        ("j:all", "o:ann", "possible"),
        ("j:all", "o:bob", "possible"),
    ]


def test_one_person_may_have_an_account_in_each_of_several_sources(tmp_path: Path) -> None:
    """Three sources, one person: three pairs, all known."""
    found = same(tmp_path, [user("a", mail())], [user("b", mail())], [user("c", mail())])

    assert [row[:3] for row in found] == [("a", "b", "yes"), ("a", "c", "yes"), ("b", "c", "yes")]


def test_a_possible_sign_in_gives_a_possible_person_and_what_is_stated_stands(tmp_path: Path) -> None:
    """Certainty is no better than the sign-in's; a source that says it itself is not repeated."""
    sign_in = Relation(Ref("o:ann"), "SIGNS_IN_AS", Ref("j:ann"), observed=Observed.POSSIBLE)
    stated = Relation(Ref("o:ann"), "SAME_PERSON", Ref("j:ann"))

    assert [row[2] for row in same(tmp_path / "a", [user("o:ann"), sign_in], [user("j:ann")])] == ["possible"]
    assert same(tmp_path / "b", [user("o:ann"), sign_in, stated], [user("j:ann")]) == []


def test_a_person_is_no_step(tmp_path: Path) -> None:
    """The token of one account opens nothing of the other, whoever both are."""
    token: list[Record] = [
        Node("t", "Credential"),
        Relation(Ref("j:ann"), "HAS_CREDENTIAL", Ref("t"), gives="api"),
    ]
    asked = ["o:ann::api_read", "j:ann::api_read"]
    world = World.build(tmp_path, [user("o:ann", mail())], [user("j:ann", mail()), *token], asked=asked)

    assert world.holds(world.reach(["t::held"]), "j:ann::api_read")
    assert not world.holds(world.reach(["t::held"], may=True), "o:ann::api_read")
