"""The keys of every sort of entry of a claims file: one table each, from which reader and JSON Schema follow."""

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from graphscan import select
from graphscan.claims import fragments as f
from graphscan.claims import selectors
from graphscan.claims.model import VERBS, VERSION, Edge, Fresh, Severity
from graphscan.compose import values as v
from graphscan.compose.fields import Field, Form, Reader, RefusedError, refuse, take
from graphscan.compose.problems import Problems, shown
from graphscan.compose.schema import TRUTH, enum_of
from graphscan.compose.tree import Map, Scalar, Tree
from graphscan.kinds import RELATION_KINDS

MOST_SURVIVING = 2  # exactly computed within a budget; beyond it only bounds are known
LONGEST_TEXT = 2_000

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AGE = re.compile(r"([1-9][0-9]{0,3})(m|h|d|w)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%")
_EDGE = re.compile(r"(\S(?:.*\S)?)\s+-([^\s>]+)->\s+(\S(?:.*\S)?)")


# Forms


def header() -> Form:
    """Return the keys of a claims file."""
    return {
        "graphscan": Field(_version, {"const": VERSION}, required=True),
        "define": Field(_as_it_is, f.by_name("set")),
        "assumptions": Field(_as_it_is, f.by_name("assumption")),
        "claims": Field(_as_it_is, {"type": ["array", "null"], "items": f.ref("claim")}),
        "waivers": Field(_as_it_is, {"type": ["array", "null"], "items": f.ref("waiver")}),
    }


@lru_cache(maxsize=64)
def assumption(names: frozenset[str]) -> Form:
    """Return the keys of an assumption."""
    return {
        "text": Field(line, f.TEXT),
        "attacker": Field(selectors.reader(names), f.SELECTOR),
        "trust": Field(selectors.each(names), f.SELECTOR),
        "distrust": Field(selectors.each(names), f.SELECTOR),
        "fresh": Field(_fresh, {"type": "object", "minProperties": 1, "additionalProperties": f.AGE}),
    }


@lru_cache(maxsize=64)
def claim(names: frozenset[str]) -> Form:
    """Return the keys of a claim: its own, and the six verbs, of which it has one."""
    return {
        "id": Field(name, f.NAME, required=True),
        "text": Field(line, f.TEXT, required=True),
        "owner": Field(line, f.TEXT),
        "severity": Field(v.choice(Severity, "severity"), enum_of(Severity)),
        "given": Field(name, f.NAME),
        **{verb: Field(_arguments(names, verb), f.ref(verb)) for verb in VERBS},
        "survives": Field(_at_most(MOST_SURVIVING), f.whole(0, MOST_SURVIVING)),
        "expect": Field(_fail, {"const": "fail"}),
        "until": Field(day, f.DAY),
        "ticket": Field(line, f.TEXT),
        "via": Field(v.list_of(_technique, "techniques"), f.TECHNIQUES),
    }


@lru_cache(maxsize=64)
def verb(names: frozenset[str], which: str) -> Form:
    """Return the keys of one of `VERBS`; `from` is what it speaks of, or else the attacker of the assumption."""
    selector = selectors.reader(names)
    form: Form = {"from": Field(selector, f.SELECTOR), "to": Field(selector, f.SELECTOR, required=True)}
    further: dict[str, Form] = {
        "only_via": {"through": Field(selector, f.SELECTOR, required=True)},
        "only_from": {"allowed": Field(selector, f.SELECTOR, required=True)},
        "at_most": {
            "count": Field(v.whole, f.whole(0)),
            "share": Field(_share, f.SHARE),
            "each": Field(v.truth, TRUTH),
        },
        "no_new_path": {"since": Field(line, f.TEXT, required=True)},
    }
    return form | further.get(which, {})


@lru_cache(maxsize=1)
def waiver() -> Form:
    """Return the keys of a waiver, all but one required."""
    return {
        "id": Field(name, f.NAME, required=True),
        "claim": Field(name, f.NAME, required=True),
        "edges": Field(v.list_of(_edge, "edges"), f.EDGES, required=True),
        "at_most": Field(positive, f.whole(1)),
        "reason": Field(line, f.TEXT, required=True),
        "approved_by": Field(line, f.TEXT, required=True),
        "ticket": Field(line, f.TEXT, required=True),
        "created": Field(day, f.DAY, required=True),
        "expires": Field(day, f.DAY, required=True),
    }


# Readers


def name(tree: Tree, problems: Problems) -> str:
    """Return the name of a set, an assumption, a claim or a waiver."""
    word = v.text(tree, problems)
    if not _NAME.fullmatch(word):
        what = f"{shown(word)} is not a name"
        refuse(
            tree, problems, what, "letters, digits, dots, dashes and underscores, at most 100, such as apps-isolated"
        )
    return word


def line(tree: Tree, problems: Problems) -> str:
    """Return a text that says something."""
    text = v.text(tree, problems).strip()
    if not text:
        refuse(tree, problems, "the text is empty", "write one, or leave the key out")
    if len(text) > LONGEST_TEXT:
        refuse(tree, problems, f"the text has {len(text):,} characters, more than {LONGEST_TEXT:,}", "shorten it")
    return text


def day(tree: Tree, problems: Problems) -> date:
    """Return a date, which must stand in quotes."""
    word = v.text(tree, problems)
    if not _DAY.fullmatch(word):
        refuse(tree, problems, f"{shown(word)} is not a date", 'write it as "2026-03-31", in quotes')
    if isinstance(tree, Scalar) and not tree.quoted:
        what = f"the date {shown(word)} is not in quotes, so that other tools read it as something else than a text"
        refuse(tree, problems, what, f'write "{word}"')
    try:
        return date.fromisoformat(word)
    except ValueError:
        return refuse(tree, problems, f"{shown(word)} is not a date that exists", 'write it as "2026-03-31"')


def _version(tree: Tree, problems: Problems) -> str:
    word = v.text(tree, problems)
    if word != VERSION:
        refuse(tree, problems, f"the format {shown(word)} is not that of claims", f"write graphscan: {VERSION}")
    return word


def _as_it_is(tree: Tree, _problems: Problems) -> Tree:
    return tree


def _fail(tree: Tree, problems: Problems) -> str:
    word: str = v.words(["fail"], "expectation")(tree, problems)
    return word


def _technique(tree: Tree, problems: Problems) -> str:
    return named_technique(line(tree, problems))


def named_technique(text: str) -> str:
    """Return a technique as the graph names it: of a relation kind that is a step on its own, `structural:KIND`."""
    kind = RELATION_KINDS.get(text)
    return f"structural:{text}" if kind is not None and kind.step else text


def _at_most(most: int) -> Reader:
    def read(tree: Tree, problems: Problems) -> int:
        number: int = v.whole(tree, problems)
        if number > most:
            refuse(tree, problems, f"{number:,} is more than {most}", f"write a number from 0 to {most}")
        return number

    return read


def positive(tree: Tree, problems: Problems) -> int:
    """Return a whole number from 1."""
    number: int = v.whole(tree, problems)
    if number == 0:
        refuse(tree, problems, "0 is not enough", "write a number from 1")
    return number


def _share(tree: Tree, problems: Problems) -> Decimal:
    word = v.text(tree, problems)
    found = _SHARE.fullmatch(word)
    if found is None:
        refuse(tree, problems, f"{shown(word)} is not a share", 'write it as "5%"')
    share = Decimal(found[1]) / 100
    if share > 1:
        refuse(tree, problems, f"{shown(word)} is more than everything", 'write a share up to "100%"')
    return share


def _fresh(tree: Tree, problems: Problems) -> tuple[Fresh, ...]:
    if not isinstance(tree, Map) or not tree.values:
        refuse(tree, problems, "`fresh` must be a mapping of sources to ages", "write fresh: {okta: 24h}")
    found, good = [], True
    for source, value in tree.values.items():
        try:
            if not source.strip():
                refuse(tree.keys[source], problems, "the name of the source is empty", "write it, or `*` for all")
            word = "" if isinstance(value, Scalar) and value.absent else v.text(value, problems)
            age = _AGE.fullmatch(word)
            if age is None:
                refuse(value, problems, f"{shown(word)} is not an age", "write a number and m, h, d or w, such as 24h")
            longest = timedelta(**{_UNITS[age[2]]: int(age[1])})
            found.append(Fresh(selectors.pattern(source), source, longest, selectors.place(value, problems)))
        except RefusedError:
            good = False
    if not good:
        raise RefusedError
    return tuple(found)


def _arguments(names: frozenset[str], which: str) -> Reader:
    def read(tree: Tree, problems: Problems) -> Any:
        taken = take(tree, verb(names, which), problems, f"`{which}`")
        amounts = [key for key in ("count", "share") if isinstance(tree, Map) and key in tree.values]
        if which == "at_most" and len(amounts) != 1:
            refuse(tree, problems, "`at_most` takes either `count` or `share`", 'write count: 10 or share: "5%"')
        if not taken.good:
            raise RefusedError
        said = dict(taken.values)
        start, to = said.pop("from", None), said.pop("to")
        if which == "at_most":
            said = {"count": None, "share": None, "each": False} | said
        return VERBS[which](start=start, to=to, **said)

    return read


def _edge(tree: Tree, problems: Problems) -> Edge:
    text = line(tree, problems)
    found = _EDGE.fullmatch(text)
    if found is None:
        hint = "write it as `paths` shows it: source -technique-> target"
        refuse(tree, problems, f"{shown(text)} is not a step", hint)
    (source, source_level), (target, target_level) = select.split_level(found[1]), select.split_level(found[3])
    parts = selectors.pattern(source), selectors.pattern(named_technique(found[2])), selectors.pattern(target)
    exact = all(part.exact is not None for part in parts)
    at = selectors.place(tree, problems)
    return Edge(text, parts[0], source_level, parts[1], parts[2], target_level, exact, at)
