"""Restrictions of pages over HTTP, of Data Center and Cloud alike: the space's permission and each of the page's."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from graphscan.model import Coverage, CoverageState, Node, Observed, Record, Ref, Relation
from importers.atlassian.confluence.pages import lists
from importers.atlassian.context import NotARecordError
from tests.functional.running import graphscan
from tests.importers.atlassian.collected import INTERNET, TOKEN, Read, closed, read, world
from tests.importers.servers.cloud_confluence import CloudPage, CloudSpace, CloudWiki, ConfluenceCloud
from tests.importers.servers.dc_confluence import Confluence, WikiPage
from tests.importers.servers.dc_org import DataCenter, Person, Space, Team
from tests.importers.servers.loopback import Answer, Handler, Loopback, Request
from tests.inventory import World

# Who is named by the view and edit restrictions of each page, and what stands above it.
OPEN, SECRET, BELOW, DEEP, EDITED = "101", "102", "103", "104", "105"
RESTRICTED: dict[str, tuple[tuple[str, ...], list[tuple[str, str]], list[tuple[str, str]]]] = {
    OPEN: ((), [], []),
    SECRET: ((OPEN,), [("user", "listed"), ("user", "outside"), ("group", "chosen")], []),
    BELOW: ((OPEN, SECRET), [], [("user", "listed"), ("user", "reader")]),
    DEEP: ((OPEN, SECRET, BELOW), [("user", "listed"), ("user", "reader"), ("user", "writer")], []),
    EDITED: ((), [], [("user", "writer"), ("user", "reader")]),
}
PEOPLE = ("reader", "listed", "writer", "member", "outside", "owner", "stranger")
READERS = ["reader", "listed", "writer", "member"]
PAGES = {"pages": (OPEN, SECRET, BELOW, DEEP, EDITED)}
# A wiki of each form, with the ids of its accounts; and one that refuses the restrictions of a page.
FORMS = {"dc": "confluence:dc:user", "cloud": "atlassian:account"}
USERS = {**FORMS, "shut": "atlassian:account"}
KEY = "key-in-a-page"
HELD = f"{KEY} held"


def server(form: str, restricted: Mapping[str, Any] | None = None) -> Handler:
    """Return a small wiki: one space that readers read, writers write, and the owner administers."""
    rows = RESTRICTED if restricted is None else restricted
    if form == "cloud":
        permissions = [
            ("group", "readers", "read", "space"),
            ("user", "writer", "create", "page"),
            ("user", "owner", "administer", "space"),
        ]
        return ConfluenceCloud(
            CloudWiki(
                groups={"readers": READERS, "chosen": ["member", "outside"]},
                access={"user": ["readers", "chosen"]},
                found=list(PEOPLE),
                spaces=[CloudSpace(1, "SEC", permissions)],
                pages={id_: CloudPage(1, *row) for id_, row in rows.items()},
            )
        )
    org = DataCenter(
        people=[Person(one) for one in PEOPLE],
        teams={"readers": Team(READERS), "chosen": Team(["member", "outside"])},
        spaces=[
            Space("SEC", [("group", "readers", "read"), ("user", "writer", "create"), ("user", "owner", "administer")])
        ],
    )
    return Confluence(org, "", {id_: WikiPage("SEC", *row) for id_, row in rows.items()})


def collected(
    folder: Path, form: str, handler: Handler, pages: Mapping[str, Any] | None = None, name: str = ""
) -> Read:
    """Return a wiki of a form as it is read."""
    return read(folder, "confluence", handler, name=name or form, form=form, options=PAGES if pages is None else pages)


def facts(form: str) -> list[str]:
    """Return what may be reached."""
    levels = ("read", "write", "admin")
    return [f"confluence:{form}:content:{page}::{level}" for page in RESTRICTED for level in levels] + [
        f"{KEY}-{form}::held"
    ]


def vouched(form: str) -> list[Record]:
    """Return what an operator says of a form: who administers it, and that no secret stands in it."""
    prefix = f"confluence:{form}"
    things = [f"{prefix}:space:SEC", *(f"{prefix}:content:{page}" for page in RESTRICTED)]
    scopes = [("STORES", one) for one in things]
    scopes += [(kind, f"{prefix}:app") for kind in ("ASSIGNED_TO", "INSTALLED_IN", "RUNS_ON", "TRUSTS")]
    return [Coverage(kind, CoverageState.COMPLETE, scope) for kind, scope in scopes]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return both forms, read by an administrator."""
    folder = tmp_path_factory.mktemp("pages")
    cloud, dc = (collected(folder / form, form, server(form)) for form in ("cloud", "dc"))
    refusing = closed(server("cloud"), f"/content/{SECRET}/restriction")
    shut = collected(folder / "shut", "cloud", refusing, name="shut")
    more: list[Record] = [*cloud.records, *shut.records]
    for form in USERS:
        more.append(Relation(Ref(f"confluence:{form}:app"), "REACHABLE_FROM", Ref(INTERNET)))
        more += vouched(form)
        more += [
            Node(f"{KEY}-{form}", "Credential"),
            Relation(Ref(f"confluence:{form}:content:{SECRET}"), "STORES", Ref(f"{KEY}-{form}"), "read"),
        ]
    return world(folder / "world", dc, [one for form in USERS for one in facts(form)], *more)


def reached(opened: World, form: str, person: str, may: bool = False) -> set[str]:
    """Return which pages a person of a form reaches and how far, in short."""
    found = opened.reach([f"{USERS[form]}:{person}::api", INTERNET], may=may)
    prefix = f"confluence:{form}:content:"
    return {
        one.removeprefix(prefix).replace(f"-{form}", "").replace("::", " ")
        for one in facts(form)
        if opened.holds(found, one)
    }


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("person", "opens"),
    [
        # Reads the space and is named nowhere above; to be named below a page that he does not see is of no use.
        ("reader", {f"{OPEN} read", f"{EDITED} read"}),
        ("listed", {HELD, *(f"{one} read" for one in RESTRICTED)}),
        ("member", {HELD, *(f"{one} read" for one in (OPEN, SECRET, BELOW, EDITED))}),  # through a group
        ("writer", {f"{one} {level}" for one in (OPEN, EDITED) for level in ("read", "write")}),
        ("outside", set()),  # named, and without the space's permission
        ("stranger", set()),
        ("owner", {HELD} | {f"{one} {level}" for one in RESTRICTED for level in ("read", "write", "admin")}),
    ],
)
def test_who_reads_and_edits_pages(opened: World, form: str, person: str, opens: set[str]) -> None:
    """
    Both are needed, for each page above as well; whoever administers the space takes a restriction away.

    A secret in a restricted page is held by those alone who read it.
    """
    assert reached(opened, form, person) == opens
    assert reached(opened, form, person, may=True) == opens


@pytest.mark.parametrize(
    ("form", "part"),
    [
        *((form, f"/content/{SECRET}/restriction") for form in FORMS),
        ("dc", f"/content/{SECRET}?"),
        ("cloud", f"/pages/{SECRET}"),
        ("cloud", f"/pages/{SECRET}/ancestors"),
    ],
)
def test_what_was_refused_is_possible(tmp_path: Path, form: str, part: str) -> None:
    """A page whose restrictions cannot be read is a gap of that page and what is below it; others stay as they are."""
    pages = PAGES if "restriction" in part else {"pages": (SECRET,)}
    whole = collected(tmp_path, form, closed(server(form), part), pages)
    node, rows = f"confluence:{form}:content:{SECRET}", whole.coverage("ASSIGNED_TO")
    assert {one.scope for one in rows if one.failed and ":content:" in one.scope} == {node}
    assert any(isinstance(one, Node) and one.id == node for one in whole.records)
    said = [one for one in (*whole.relations("ASSIGNED_TO"), *whole.relations("CONTAINS")) if one.target == Ref(node)]
    assert {one.gives for one in said} <= {"admin"}
    if "restriction" in part:
        below = [one for one in whole.relations("CONTAINS") if one.target.text.endswith(BELOW) and one.gives == "read"]
        assert [(one.source.text, one.observed) for one in below] == [(node, Observed.YES)]


def test_a_refused_page_is_possibly_read(opened: World) -> None:
    """By whoever may use the wiki, until somebody says who is named; so are the pages below it that name him."""
    known = {f"{OPEN} read", f"{EDITED} read"}
    assert reached(opened, "shut", "reader") == known
    assert reached(opened, "shut", "reader", may=True) >= {
        *known,
        HELD,
        *(f"{one} read" for one in (SECRET, BELOW, DEEP)),
    }
    assert not {f"{OPEN} write", f"{EDITED} write"} & reached(opened, "shut", "reader", may=True)


def changed(handler: Handler, part: str, change: Callable[[Any], Any]) -> Handler:
    """Return a server that answers something else where an address holds a part."""

    def answer(request: Request) -> Answer:
        if part in request.target:
            return Answer.json(change(None))
        return handler(request)

    return answer


@pytest.mark.parametrize(
    ("form", "part", "body", "why"),
    [
        ("dc", "/restriction/", {"read": {"restrictions": {}}, "update": {}}, "does not list each user who may read"),
        ("cloud", "/restriction/", {"update": {}}, "does not say who may read"),
        ("cloud", "/restriction/", [], "not an object"),
        ("dc", "/content/101?", {"space": {"key": "SEC"}}, "does not say what stands above"),
        ("dc", "/content/101?", {"space": {"key": "NONE"}, "ancestors": []}, "not among those that were listed"),
        ("cloud", "/pages/101?", {"spaceId": 7}, "not among those that were listed"),
        ("cloud", "/ancestors", {"results": [{"id": None}]}, "does not say what stands above"),
        ("cloud", "/pages/101", "text", "not among those that were listed"),
    ],
)
def test_an_answer_that_does_not_say_is_a_gap(tmp_path: Path, form: str, part: str, body: Any, why: str) -> None:
    """A page of which it is not known who reads it is never one that nobody reads."""
    part = part.removesuffix("?") if form == "cloud" else part
    whole = collected(tmp_path, form, changed(server(form), part, lambda _old: body), {"pages": (OPEN,)})
    node = f"confluence:{form}:content:{OPEN}"
    rows = [one for one in whole.coverage("ASSIGNED_TO") if one.scope == node and one.failed]
    assert rows
    assert any(why in one.error for one in rows) or form == "cloud"
    assert any(isinstance(one, Node) and one.id == node for one in whole.records)


def test_a_list_of_names_that_was_cut_is_not_whole() -> None:
    """As many names as there is room for, or fewer than are counted."""
    one = {"type": "group", "name": "a", "id": "a"}

    def body(**listed: Any) -> dict[str, Any]:
        some = {"results": [one], "size": 1, "limit": 200, **listed}
        restrictions = {"user": {"results": []}, "group": some}
        return {name: {"restrictions": restrictions} for name in ("read", "update")}

    assert lists(body())["read"] == [("group", one)]
    assert lists({"restrictions": body()})["update"] == [("group", one)]  # as the description wraps it
    for cut in ({"limit": 1}, {"size": 2}, {"totalSize": 3}):
        with pytest.raises(NotARecordError, match="only the first 1"):
            lists(body(**cut))


def test_pages_are_asked_for_by_name_alone(tmp_path: Path) -> None:
    """Without the setting no page is asked for, and the coverage says what that hides."""
    whole = collected(tmp_path, "cloud", server("cloud"), {})
    assert not any("content" in one or "pages" in one for one in whole.seen)
    assert any("`pages`" in one.error for one in whole.coverage("CONTAINS"))


@pytest.mark.parametrize("form", FORMS)
def test_the_flag_names_the_pages(tmp_path: Path, form: str) -> None:
    """`collect confluence --pages` reads those pages and what stands above them; what is no id is refused."""
    with Loopback(server(form)) as wiki:
        words = (
            "collect",
            "confluence",
            tmp_path / "wiki.snapshot",
            "--url",
            wiki.url,
            "--name",
            "acme",
            "--form",
            form,
        )
        env = {"GRAPHSCAN_CONFLUENCE_TOKEN": TOKEN}
        wrong = graphscan(*words, "--pages", "../1", cwd=tmp_path, env=env)
        assert (wrong.returncode, wiki.targets()) == (2, [])
        done = graphscan(*words, "--pages", f"{SECRET}", cwd=tmp_path, env=env)
        restrictions = {
            one.partition("/content/")[2].partition("/")[0] for one in wiki.targets() if "byOperation" in one
        }
    assert (tmp_path / "wiki.snapshot").exists(), done.stderr
    assert restrictions == {OPEN, SECRET}
