"""
The facts file that an instance lacks: what no end point tells and what was refused, each as a line to fill in.

As printed it states nothing and imports. A line that begins with `#-` becomes a statement when its `#` is taken away.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from graphscan.printable import printable
from importers.atlassian.template_topic import Topic
from importers.atlassian.template_topics import APPLICATION, THINGS, TOPICS

# The techniques that rest on facts, as docs/atlassian.md marks them: A1 for the tokens of others.
FACTS_ONLY: tuple[str, ...] = ("A1", "A3", "A4", "A5", "A14", "A15", "A16", "A17", "A21", "A24")
STATES = "  #- "  # how a line begins that states something once its `#` is taken away
LISTED = 25  # scopes of one kind that are written out
_WIDTH = 118


@dataclass(frozen=True, slots=True)
class Unknown:
    """
    Something that was not read.

    Attributes:
        relation: the relation kind.
        endpoint: where it would be asked; empty: nowhere.
        hides:    what may be there, in words.
        scopes:   the nodes that rows speak of; none: the whole source, which a facts file closes thing by thing.
        more:     there are more such nodes than `scopes` names.
        closable: whether an operator can vouch for it.
    """

    relation: str
    endpoint: str
    hides: str
    scopes: tuple[str, ...] = ()
    more: bool = False
    closable: bool = True


@dataclass(frozen=True, slots=True)
class Instance:
    """
    What one instance lacks.

    Attributes:
        prefix, name: of its source: `jira` and `acme`.
        form:         `dc` or `cloud`.
        unknown:      what was not read.
        read:         end points that were.
        things:       nodes by the kind in their id (`issues`, `space`) that were seen, to name them.
    """

    prefix: str
    name: str
    form: str
    unknown: tuple[Unknown, ...]
    read: tuple[str, ...] = ()
    things: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Its source instance."""
        return f"{self.prefix}:{self.name}"

    @property
    def topics(self) -> tuple[Topic, ...]:
        """What is asked of it."""
        lacking = {one.relation for one in self.unknown if one.closable}
        return tuple(
            topic
            for topic in TOPICS
            if self.prefix in topic.products
            and self.form in topic.forms
            and (topic.always or topic.about & lacking)
            and not (topic.ends and any(part in one for part in topic.ends for one in self.read))
        )

    @property
    def asked(self) -> tuple[Unknown, ...]:
        """What an operator can vouch for."""
        return tuple(one for one in self.unknown if one.closable)


def template(instances: Sequence[Instance], on: str) -> str:
    """
    Return the facts file, as YAML.

    Args:
        on: the day it is made, to be read by people.
    """
    sections: dict[str, list[str]] = {"nodes": [], "relations": [], "coverage": []}
    for instance in instances:
        for name, lines in _parts(instance).items():
            for line in lines:
                # A thing that several subjects and instances speak of is declared once.
                if not line.startswith(STATES) or line not in sections[name]:
                    sections[name].append(line)
    source = f"{instances[0].prefix}-{instances[0].name}-facts" if len(instances) == 1 else "atlassian-facts"
    head = [
        *_comment(f"What no end point tells of {', '.join(one.source for one in instances)}; made on {on}.", ""),
        "#",
        *_comment(
            "A line that begins with #- states something once its # is taken away. Put your own in place of what is in "
            "CAPITALS, copy a line as often as it takes, and leave out what is not so. A line with `complete: true` "
            "vouches that all of a kind are stated: only with it does a missing line mean that there is none.",
            "",
        ),
        "#",
        "#   graphscan import facts FILE",
        "graphscan: facts/1",
        f"source: {json.dumps(source)}",
        "evidence: operator",
    ]
    body = [line for name, lines in sections.items() for line in ("", f"{name}:", *lines)]
    return "\n".join([*head, *body, *_hidden(instances)]) + "\n"


# Private functions


def _parts(instance: Instance) -> dict[str, list[str]]:
    """Return what one instance adds to each section."""
    found: dict[str, list[str]] = {"nodes": [], "relations": [], "coverage": []}
    told: set[int] = set()
    for number, topic in enumerate(instance.topics, 1):
        title = f"{instance.source}, {number}. {topic.title}"
        rows: list[str] = [_line(instance, one) for one in topic.rows]
        for place, one in enumerate(instance.asked):
            if one.relation in topic.about and place not in told:
                told.add(place)
                rows += [*_comment(one.hides), *_rows(instance, one)]
        for name, lines in (
            ("nodes", [_line(instance, one) for one in topic.nodes]),
            ("relations", [_line(instance, one) for one in topic.relations]),
            ("coverage", rows),
        ):
            if lines:
                first = not any(found[part] for part in found) or not _said(found, title)
                found[name] += ["", *_comment(title), *(_about(topic) if first else []), *lines]
    rest = [one for place, one in enumerate(instance.asked) if place not in told]
    for one in rest:
        found["coverage"] += ["", *_comment(f"{instance.source}: {one.hides}"), *_rows(instance, one)]
    return found


def _said(found: dict[str, list[str]], title: str) -> bool:
    first = _comment(title)[0]
    return any(first in lines for lines in found.values())


def _about(topic: Topic) -> list[str]:
    lines = [line for sentence in topic.advice for line in _comment(sentence)]
    return [*lines, *_comment(f"Techniques: {', '.join(topic.techniques)}.")]


def _line(instance: Instance, line: str) -> str:
    thing = THINGS.get((instance.prefix, "STORES"), APPLICATION)
    return STATES + _filled(instance, line.replace("{thing}", thing))


def _filled(instance: Instance, text: str) -> str:
    return text.replace("{app}", APPLICATION).replace("{n}", instance.source)


def _rows(instance: Instance, one: Unknown) -> list[str]:
    """Return the lines that close something that was not read."""
    scopes: list[str] = list(one.scopes)
    remark: list[str] = []
    if not one.scopes:
        pattern = _filled(instance, THINGS.get((instance.prefix, one.relation), APPLICATION))
        scopes = [pattern]
        if not pattern.endswith(":app"):
            stem = pattern.rpartition(":")[0] + ":"
            scopes = [thing for thing in instance.things if thing.startswith(stem)] or scopes
            remark = _comment("A row for each of which it is so.")
    elif one.more or len(one.scopes) > LISTED:
        remark = _comment("These and others: a row for each.")
    named = [scope for scope in scopes if scope.isprintable() and scope == scope.strip()]
    rows = [
        f"{STATES}{{relation: {one.relation}, scope: {_quoted(scope)}, complete: true}}" for scope in named[:LISTED]
    ]
    odd = len(scopes) - len(named)
    # A facts file takes no id with invisible characters in it: somebody could not see what he vouches for.
    lost = _comment(f"{odd} more cannot be named here: their ids hold invisible characters.") if odd else []
    return [*remark, *rows, *lost]


def _quoted(text: str) -> str:
    """Return a text as YAML in double quotes; what no eye can see is escaped, as YAML and JSON write it alike."""
    return printable(json.dumps(text, ensure_ascii=False))


def _hidden(instances: Sequence[Instance]) -> list[str]:
    """Return, as comments, what nobody can vouch for."""
    lines = [
        line
        for instance in instances
        for one in instance.unknown
        if not one.closable
        for line in _comment(f"{instance.source}: {one.hides}", "")
    ]
    return ["", "# Not told by any end point, and nothing that a line here could close:", *lines] if lines else []


def _comment(text: str, indent: str = "  ") -> list[str]:
    """Return a text, whatever it holds, as lines of comment."""
    return wrap(printable(text, 2000), _WIDTH, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ")
