"""Proposed claims: they load, each says why, each set matches, and no name of an inventory is more than a name."""

from pathlib import Path

import pytest

from graphscan.analysis.session import Session
from graphscan.claims.load import load
from graphscan.claims.model import ClaimsFile, Selector
from graphscan.claims.propose import propose
from graphscan.claims.quoting import literal, quoted
from graphscan.claims.select import Selection
from graphscan.examples.thanksgiving import AS_OF
from graphscan.examples.thanksgiving.generate import write
from graphscan.printable import printable
from graphscan.store import Store
from importers.facts import read


def opened(folder: Path, facts: list[Path]) -> Session:
    """Return a session on some facts files."""
    Store.open_or_create(folder / "store").write(*read(facts))
    return Session.open(folder / "store", AS_OF)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Return the example at its date."""
    folder = tmp_path_factory.mktemp("proposed")
    return opened(folder, write(folder / "facts", "small"))


def proposed(session: Session, folder: Path) -> tuple[str, ClaimsFile]:
    """Return what is proposed, as text and as it is read."""
    text = propose(session)
    path = folder / "claims.yaml"
    path.write_text(text, encoding="utf-8")
    return text, load([path])


def selectors(file: ClaimsFile) -> list[Selector]:
    """Return every selector of every claim."""
    return [
        one
        for claim in file.claims
        for one in (getattr(claim.args, name) for name in claim.args.__dataclass_fields__)
        if isinstance(one, Selector)
    ]


def test_the_example_gives_reason_for_claims_of_every_sort(example: Session, tmp_path: Path) -> None:
    """Crown jewels, segments, an environment, hard keys and what works are proposed, and every selector matches."""
    text, file = proposed(example, tmp_path)
    selection = Selection(example, file.sets)

    assert [one.id for one in file.claims] == [
        "internet-to-crown-jewels",
        "one-credential-few-crown-jewels",
        "internet-to-segments",
        "test-apart-from-crown-jewels",
        "aws-apps-isolated",
        "stolen-secrets-stop-at-hard-keys",
        "still-seen-facts-thanksgiving",
    ]
    assert all(not selection.resolve(one).vacuous for one in selectors(file))
    assert text.count("# Why: ") == len(file.claims)
    assert "# Why: 9 nodes are classified as crown jewels (2 Application, 1 Bucket, 5 Database, 1 Segment)." in text


def test_the_same_store_gives_the_same_text(example: Session) -> None:
    """Nothing depends on chance or on the order of a set."""
    assert propose(example) == propose(example)


def test_derived_credentials_are_matched_only_where_they_are_meant(example: Session, tmp_path: Path) -> None:
    """What nobody has seen is among the credentials only for who asks for it, by id or as derived."""
    (n, id_), *_ = example.con.execute(
        "SELECT n, id FROM base.node WHERE provider = 'derived' AND hypothetical ORDER BY n"
    ).fetchall()
    path = tmp_path / "c.yaml"
    path.write_text(
        "graphscan: claims/1\ndefine:\n  wide: {kind: Credential}\n  others: {not: {kind: User}}\n"
        f"  one: {{id: {literal(id_)}}}\n  plain: [{quoted(quoted(id_))}]\n  derived: {{provider: derived}}\n"
        "claims: [{id: a, text: x, path: {from: wide, to: wide}}]\n",
        encoding="utf-8",
    )
    file = load([path])
    selection = Selection(example, file.sets)
    found = {name: n in selection.resolve(one.selector).nodes.tolist() for name, one in file.sets.items()}

    assert found == {"wide": False, "others": False, "one": True, "plain": True, "derived": True}


def test_what_would_match_nothing_is_not_proposed(tmp_path: Path) -> None:
    """Crown jewels behind a hard key, and no secret but the key itself: no claim about stolen secrets."""
    facts = tmp_path / "facts.yaml"
    facts.write_text(
        "graphscan: facts/1\nsource: s\nnodes:\n- {id: app, kind: Application, sensitivity: crown_jewel}\n"
        '- {id: key, kind: Control, subtype: hardware_key, enforced: "yes"}\n- {id: ann, kind: User}\n'
        "- {id: stick, kind: Credential, subtype: stick}\nrelations:\n"
        "- {source: ann, kind: ASSIGNED_TO, target: app, gives: login, guarded_by: [key]}\n"
        "- {source: key, kind: DEFEATED_BY, target: stick}\n",
        encoding="utf-8",
    )
    session = opened(tmp_path, [facts])

    _, file = proposed(session, tmp_path)

    assert "internet-to-crown-jewels" in {one.id for one in file.claims}
    assert "stolen-secrets" not in file.sets
    assert [one.text for one in selectors(file) if Selection(session, file.sets).resolve(one).vacuous] == []


def test_an_inventory_without_reason_gives_one_claim(tmp_path: Path) -> None:
    """Where nothing is classified and nothing works, the file still loads, and says so."""
    facts = tmp_path / "facts.yaml"
    facts.write_text("graphscan: facts/1\nsource: s\nnodes: [{id: a, kind: User}]\n", encoding="utf-8")

    text, file = proposed(opened(tmp_path, [facts]), tmp_path)

    assert [one.id for one in file.claims] == ["internet-opens-nothing-confidential"]
    assert "nothing in the inventory is classified as a crown jewel" in text


HOSTILE = [
    "a\nclaims: []",
    'q" , to: x}\n- {id: evil',
    "it's {x}: *y &z !t %d @e `f` #g",
    "\x1b[2J\x07\u202e\u2028\x85",
    "*?\\*",
    "- ",
    "😀" * 60,
    "::error title=x::boom",
    " # comment",
]


def test_names_are_only_names(tmp_path: Path) -> None:
    """A name that looks like YAML, a glob, a terminal's escape or a command ends no line and changes no claim."""
    session = opened(tmp_path, [hostile(tmp_path)])

    text, file = proposed(session, tmp_path)
    selection = Selection(session, file.sets)

    ids = {one.id for one in file.claims}
    assert {"internet-to-crown-jewels", "test-apart-from-crown-jewels", "still-seen-facts-s"} <= ids
    assert "not-production-apart-from-production" in ids
    assert len([one for one in file.claims if one.id.startswith("account-")]) == 8
    assert [one.text for one in selectors(file) if selection.resolve(one).vacuous] == []
    assert all(sign.isprintable() or sign == "\n" for sign in text)
    assert "evil" not in ids
    assert selection.resolve(file.sets["test-segments"].selector).count == len(HOSTILE)


def hostile(folder: Path) -> Path:
    """Write facts in which every id, name, label and subtype that is proposed with is an odd text."""
    lines = ["graphscan: facts/1", "source: s", "nodes:", "  - {id: user, kind: ServiceAccount}"]
    relations = []
    for number, name in enumerate(HOSTILE):
        seen = printable(name)  # no id holds what cannot be seen
        odd, token, account = quoted(name), quoted(f"token {number} {seen}."), quoted(f"account {number} {seen}.")
        key, stick, segment = quoted(f"key {number} {seen}."), quoted(f"{name} stick"), quoted(f"test {number} {seen}.")
        lines += [
            f"  - {{id: {token}, name: {odd}, kind: Credential, subtype: {odd}}}",
            f"  - {{id: {account}, name: {odd}, kind: Application, subtype: environment, sensitivity: confidential}}",
            f"  - {{id: jewel-{number}, name: {odd}, kind: Database, sensitivity: crown_jewel, labels: [{odd}, prod]}}",
            f"  - {{id: {segment}, name: {odd}, kind: Segment, labels: [{quoted('test ' + name)}]}}",
            f'  - {{id: {key}, name: {odd}, kind: Control, subtype: hardware_key, enforced: "yes"}}',
            f"  - {{id: stick-{number}, name: {odd}, kind: Credential, subtype: {stick}}}",
        ]
        relations += [
            f"  - {{source: user, kind: HAS_CREDENTIAL, target: {token}}}",
            f"  - {{source: {account}, kind: REACHABLE_FROM, target: internet}}",
            f"  - {{source: user, kind: ASSIGNED_TO, target: {account}, gives: login}}",
            f"  - {{source: {key}, kind: DEFEATED_BY, target: stick-{number}}}",
        ]
    path = folder / "facts.yaml"
    path.write_text("\n".join([*lines, "relations:", *relations]) + "\n", encoding="utf-8")
    return path
