"""Selectors with dates, holders and guards, matched on a merged view made by the real import."""

from collections.abc import Iterator

import duckdb
import pytest

from graphscan.errors import SelectorError
from graphscan.select import checked, date_term, parse
from graphscan.select.pattern import Pattern
from graphscan.store import Store, merge
from importers.facts import read

FACTS = """
graphscan: facts/1
source: dated
at: 2024-01-01T00:00:00Z
nodes:
  - {id: fresh, kind: Credential, valid_from: 2023-11-01, versions: [2023-11-01], last_used: [{by: a, at: 2023-12-01}]}
  - {id: replaced, kind: Credential, valid_from: 2020-01-01, versions: [2020-01-01, 2023-10-20], expires_at: 2024-06-01}
  - id: in-a-ticket
    kind: Credential
    valid_from: 2020-01-01
    versions: [2020-01-01, {since: 2023-10-20, evidence: ticket}]
    last_used: [{by: a, never: true}, {by: b, known: false}]
  - {id: undated, kind: Credential, last_used: [{by: b, known: false}]}
  - {id: strong, kind: ServiceAccount}
  - {id: weak, kind: ServiceAccount}
  - {id: app, kind: Application}
  - {id: otp, kind: Control, subtype: mfa, enforced: "yes"}
  - {id: list, kind: Control, subtype: ip_allow_list, enforced: "yes"}
  - {id: broken, kind: Control, subtype: mfa, enforced: absent}
  - {id: slow, kind: Control, subtype: mfa, enforced: "yes", effect: hinders}
  - {id: vendor, kind: Vendor}
  - {id: cases, kind: Tracker}
  - {id: ci, kind: Pipeline}
  - {id: person, kind: User, valid_from: 2023-10-18}
relations:
  - {source: strong, kind: HAS_CREDENTIAL, target: fresh}
  - {source: strong, kind: ASSIGNED_TO, target: app, guarded_by: [otp, list]}
  - {source: weak, kind: HAS_CREDENTIAL, target: replaced, guarded_by: [broken, slow]}
  - {source: weak, kind: ASSIGNED_TO, target: app, guarded_by: [broken]}
  - {source: fresh, kind: HELD_BY, target: vendor, valid_from: 2022-01-01, valid_to: 2022-02-01}
  - {source: vendor, kind: CONTAINS, target: cases}
  - {source: cases, kind: STORES, target: in-a-ticket}
  - {source: ci, kind: RUNS_ON, target: vendor}
  - {source: ci, kind: STORES, target: undated}
"""


@pytest.fixture(scope="module", name="view")
def _view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("dated")
    (folder / "facts.yaml").write_text(FACTS)
    store = Store.open_or_create(folder / "store")
    store.write(*read([folder / "facts.yaml"]))
    with merge.load(store.snapshot()) as connection:
        yield connection


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("rotated<2023-10-20", "in-a-ticket undated"),
        ("rotated<2023-10-21", "in-a-ticket replaced undated"),
        ("rotated>=2023-10-20", "fresh replaced"),
        ("rotated=none", "fresh in-a-ticket undated"),
        ("created>=2023-10-18", "fresh person"),
        ("created>=2023-10-18T00:00:01Z", "fresh"),
        ("created<2021-01-01", "in-a-ticket replaced"),
        ("kind=Credential,created=none", "undated"),
        ("last_used>=2023-12-01", "fresh"),
        ("last_used<2023-12-01", "in-a-ticket"),
        ("last_used<2024-01-01", "fresh in-a-ticket"),
        ("last_used=none", "replaced undated"),
        ("expires<2024-06-02", "replaced"),
        ("expires<2024-06-01", ""),
        ("expires=none", "fresh in-a-ticket undated"),
        ("holder=vendor", "fresh in-a-ticket undated"),
        ("holder=strong", "fresh"),
        ("holder=cases", "in-a-ticket"),
        ("kind=Credential,guarded_by=none", "replaced"),
        ("kind=Credential,guarded_by=mfa", "fresh"),
        ("guarded_by=otp,kind=ServiceAccount", "strong"),
        ("guarded_by=ip_*", "fresh strong"),
        ("guarded_by=broken", ""),
        ("guarded_by=mfa,kind=Application", ""),  # weak gets in past nothing
        ("guarded_by=none,kind=Application", "app"),
    ],
)
def test_selects(view: duckdb.DuckDBPyConnection, text: str, ids: str) -> None:
    """Each term matches exactly what it says; what is not known is never taken for what would be convenient."""
    condition, values = parse(text).where()
    rows = view.execute(f"SELECT id FROM base.node AS node WHERE {condition} ORDER BY id", values).fetchall()
    assert [row[0] for row in rows] == ids.split()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("rotated<2023-13-01", "column 9: `2023-13-01` is not a date"),
        ("rotated<2023-10-20T10:00:00", "is not a date"),
        ("rotated>2023-10-20", "not compared with `>`; write rotated<DATE or rotated>=DATE"),
        ("rotated<=2023-10-20", "not compared with `<=`"),
        ("rotated<none", "write rotated=none"),
        ("rotated=2023-10-20", "compared by = with `none` alone"),
        ("rotate<2023-10-20", "did you mean `rotated`?"),
        ("name<2023-10-20", "`name` is no date"),
        ("rotated<", "has no value"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, problem: str) -> None:
    """With the column, and with what to write instead."""
    with pytest.raises(SelectorError) as refused:
        parse(text)
    assert problem in str(refused.value)


def test_names_keep_their_signs() -> None:
    """An id may hold `<` and `>`; they compare only where a date can be meant."""
    assert parse("a<b").name == "a<b"
    assert parse("x->y, z").name == "x->y, z"


def test_terms_are_checked_without_a_place() -> None:
    """Who reads selectors from a file gets the same checks, and says himself where it stands."""
    assert date_term("rotated", "<", "soon") is None
    with pytest.raises(SelectorError) as refused:
        checked("kind", "=", Pattern((("Credentail", False),)))
    assert str(refused.value) == "there is no kind `Credentail`; did you mean `Credential`?"


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [("a*b?c", "aXXbYc", True), ("*a*a*", "a", False), ("a*a", "a", False), ("*", "", True), ("?", "\n", True)],
)
def test_patterns_match_whole_texts(pattern: str, text: str, fits: bool) -> None:
    """Stars take any text and question marks one sign."""
    pieces = tuple((sign, sign in "*?") for sign in pattern)
    assert Pattern(pieces).matches(text) is fits


def test_no_pattern_takes_long() -> None:
    """Many stars on a text that almost fits are answered at once."""
    pieces = (("*", True), ("a", False)) * 20 + (("b", False),)
    assert not Pattern(pieces).matches("a" * 20_000)
