"""The sorts of claims that an inventory gives reason for, each with why."""

from collections.abc import Sequence
from dataclasses import dataclass

from graphscan.analysis.session import Session
from graphscan.claims import inventory
from graphscan.claims.inventory import Thing
from graphscan.claims.pairs import MOST
from graphscan.claims.quoting import literal, quoted
from graphscan.compose.tree import is_clean
from graphscan.kinds import INTERNET
from graphscan.printable import LONGEST_NAME, printable

GIVEN = "current-data"  # the assumption of all proposed claims but positive controls

_JEWELS = ("crown-jewels", "{sensitivity: crown_jewel, not: {kind: Control}}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """
    A claim that is proposed.

    Attributes:
        why:  sentences, without the sign of a comment.
        sets: (name, what it is in YAML) of the sets it speaks of.
        body: the lines after `id`, as YAML.
    """

    id: str
    why: tuple[str, ...]
    sets: tuple[tuple[str, str], ...]
    body: tuple[str, ...]


def jewels(session: Session) -> list[Proposal]:
    """Return claims about crown jewels, or about what is confidential where there are none."""
    found = inventory.crown_jewels(session)
    outside = ("internet", f"{{id: {INTERNET}}}")
    if not found:
        return [
            Proposal(
                "internet-opens-nothing-confidential",
                (
                    "nothing in the inventory is classified as a crown jewel, so this speaks of what is confidential.",
                    "Classify what matters most (`classify` in a facts file), and say it of that.",
                ),
                (outside, ("confidential", "{sensitivity: [confidential, crown_jewel], not: {kind: Control}}")),
                (
                    'text: "Nobody on the internet reaches anything confidential without a credential."',
                    "severity: critical",
                    f"given: {GIVEN}",
                    "no_path: {from: internet, to: confidential}",
                ),
            )
        ]
    count = sum(found.values())
    what = ", ".join(f"{number:,} {kind}" for kind, number in found.items())
    proposals = [
        Proposal(
            "internet-to-crown-jewels",
            (f"{count:,} nodes are classified as crown jewels ({what}).", "Without a credential none may be open."),
            (outside, _JEWELS),
            (
                'text: "Nobody on the internet reaches a crown jewel without a credential."',
                "severity: critical",
                f"given: {GIVEN}",
                "no_path: {from: internet, to: crown-jewels}",
            ),
        )
    ]
    secrets = inventory.secrets(session)
    if 0 < secrets * count <= MOST:  # more than that cannot be counted start by start
        proposals.append(
            Proposal(
                "one-credential-few-crown-jewels",
                (f"there are {secrets:,} secrets, and one alone should not open much; set the number you accept.",),
                (_secrets(session), _JEWELS),
                (
                    'text: "No single stolen secret reaches more than one crown jewel."',
                    "severity: high",
                    f"given: {GIVEN}",
                    "at_most: {from: stolen-secrets, each: true, to: crown-jewels, count: 1}",
                ),
            )
        )
    return proposals


def segments(session: Session) -> list[Proposal]:
    """Return claims about the network: what is inside, and what is for tests."""
    found = inventory.segments(session)
    if not found:
        return []
    proposals = [
        Proposal(
            "internet-to-segments",
            (
                f"there are {len(found):,} segments beside the internet: {_listed(found)}.",
                "Name those that are public.",
            ),
            (
                ("internet", f"{{id: {INTERNET}}}"),
                ("inner-segments", f"{{kind: Segment, not: {{id: {INTERNET}}}}}"),
            ),
            (
                'text: "Nobody on the internet is inside the network without a credential."',
                "severity: high",
                f"given: {GIVEN}",
                "no_path: {from: internet, to: inner-segments}",
            ),
        )
    ]
    apart = [one for one in inventory.separate(found) if is_clean(one.id)]
    if apart and inventory.crown_jewels(session):
        ids = ", ".join(literal(one.id) for one in apart)
        proposals.append(
            Proposal(
                "test-apart-from-crown-jewels",
                (f"these segments are called test, staging or the like: {_listed(apart)}.",),
                (("test-segments", f"{{id: [{ids}]}}"), _JEWELS),
                (
                    'text: "Test and staging lead to no crown jewel."',
                    "severity: high",
                    f"given: {GIVEN}",
                    "no_path: {from: test-segments, to: crown-jewels}",
                ),
            )
        )
    return proposals


def environments(session: Session) -> list[Proposal]:
    """Return a claim for each environment that holds no crown jewel: it leads to none."""
    if not inventory.crown_jewels(session):
        return []
    return [
        Proposal(
            f"{one.id}-isolated",
            (f"{_shown(one)} is an environment of its own and holds no crown jewel.",),
            (_JEWELS,),
            (
                f"text: {quoted(f'Who administers {_shown(one)} reaches no crown jewel from there.')}",
                "severity: high",
                f"given: {GIVEN}",
                f"no_path: {{from: {_at(one, 'admin')}, to: crown-jewels}}",
            ),
        )
        for one in inventory.environments(session)[: inventory.MOST]
        if is_clean(one.id)
    ]


def labels(session: Session) -> list[Proposal]:
    """Return a claim that what is labelled as not production leads to nothing that is."""
    apart, production = ([one for one in some if is_clean(one)] for some in inventory.labels(session))
    if not apart or not production:
        return []
    return [
        Proposal(
            "not-production-apart-from-production",
            (
                f"things are labelled {', '.join(_short(one) for one in [*apart, *production][: inventory.MOST])}.",
                "What is built to be changed by many should not lead to what must not be.",
            ),
            (
                ("not-production", f"{{label: [{', '.join(map(literal, apart))}]}}"),
                ("production", f"{{label: [{', '.join(map(literal, production))}]}}"),
            ),
            (
                'text: "What is labelled as not production leads to nothing that is."',
                "severity: high",
                f"given: {GIVEN}",
                "no_path: {from: not-production, to: production}",
            ),
        )
    ]


def hard_keys(session: Session) -> list[Proposal]:
    """Return a claim that no secret opens what a hard key guards."""
    doors, controls = inventory.behind_hard_keys(session)
    if not doors or not inventory.secrets(session):
        return []
    what = ", ".join(f"{number:,} {kind}" for kind, number in doors.items())
    guards = ", ".join(literal(one) for one in controls)
    return [
        Proposal(
            "stolen-secrets-stop-at-hard-keys",
            (
                f"hard keys guard a way into {what}.",
                "With every password, token and session stolen, and no key, they must stay closed.",
            ),
            (
                _secrets(session),
                ("behind-hard-keys", f"{{kind: [{', '.join(doors)}], guarded_by: [{guards}]}}"),
            ),
            (
                'text: "No stolen secret opens what a hard key guards."',
                "severity: critical",
                f"given: {GIVEN}",
                "no_path: {from: stolen-secrets, to: behind-hard-keys}",
                "survives: 0  # 1: it must still hold if any one control fails",
            ),
        )
    ]


def working(session: Session) -> list[Proposal]:
    """Return for each source a claim that something can be reached: a positive control."""
    return [
        Proposal(
            f"still-seen-{one.source}",
            (
                f"a positive control: by {_short(one.source)} {_shown(one.start)} opens {_shown(one.target)}.",
                "If this fails, that source was not read, and what else holds proves nothing.",
            ),
            (),
            (
                f"text: {quoted(f'{_shown(one.start)} reaches {_shown(one.target)}.')}",
                "severity: medium",
                f"path: {{from: {{id: {literal(one.start.id)}}}, to: {_at(one.target, one.level)}}}",
            ),
        )
        for one in inventory.working(session)
        if is_clean(one.start.id) and is_clean(one.target.id)
    ]


# Private functions


def _secrets(session: Session) -> tuple[str, str]:
    """Return the set of all credentials but hard keys, which nobody copies."""
    keys = ", ".join(literal(one) for one in inventory.hard_keys(session) if is_clean(one))
    return "stolen-secrets", f"{{kind: Credential, not: {{subtype: [{keys}]}}}}"


def _at(thing: Thing, level: str) -> str:
    return f"{{id: {literal(thing.id)}, level: {level}}}"


def _short(text: str) -> str:
    return printable(text, LONGEST_NAME // 2)


def _shown(thing: Thing) -> str:
    """Return a node for a sentence: its name, and its id where that is another."""
    clean = thing.name if is_clean(thing.name) else thing.id
    return _short(clean) if clean == thing.id else f"{_short(clean)} ({_short(thing.id)})"


def _listed(things: Sequence[Thing]) -> str:
    shown = ", ".join(_short(one.id) for one in things[: inventory.MOST])
    return f"{shown} …" if len(things) > inventory.MOST else shown
