"""The sentences of a report: counts and words of ours; of names only the id of what is to be done first."""

from collections.abc import Iterable, Sequence

from graphscan import kinds
from graphscan.analysis.incident_results import IncidentResult
from graphscan.analysis.report_results import FirstMove, Frontier
from graphscan.analysis.results import BlastResult, CoverageLine, SensitivityTotal
from graphscan.gap import ENFORCEMENT, GapSort

COUNTING = ("crown_jewel", "confidential")  # what is a sensitive asset
_PLURALS = {"Repository": "repositories", "Policy": "policies", "Content": "content stores"}
_MOST_KINDS = 6
# What may be missing where relations of a kind were not read, where they would open something.
_HIDDEN = {
    "MEMBER_OF": "members of groups, and with them all that those groups may do",
    "HAS_ROLE": "administrators",
    "ACCOUNT_OF": "accounts of an application's own directory",
    "ASSIGNED_TO": "people and groups that may use an application, or read and write what is in it",
    "SCOPED_TO": "what an administrator's right reaches",
    "CONTAINS": "what is inside a thing that is reached, and opens with it",
    "STORES": "secrets that can be read in a thing that is reached",
    "RUNS_ON": "hosts on which what is taken over runs",
    "IN_SEGMENT": "networks in which a host or an application stands",
    "REACHABLE_FROM": "networks from which an application or a host can be talked to",
    "INSTALLED_IN": "plug-ins, and the rights that they run with",
    "CONNECTS_TO": "connections that lead on to other networks, hosts and applications",
    "DEPENDS_ON": "hosts, pipelines and people that run what a repository publishes",
    "TRUSTS": "systems that believe what a system that is reached asserts",
    "GRANTS": "rights that a credential gives by itself",
    "HELD_BY": "vendors and devices that hold a copy of a credential",
    "OWNED_BY": "owners, who may change what they own",
    "SIGNS_IN_AS": "accounts elsewhere that a person becomes by signing in",
    "SAME_SECRET": "other places where the same secret value opens something",
    "INSTANCE_OF": "mechanisms whose failure takes several controls with it",
    "DEFEATED_BY": "networks from which a control is passed",
}


def count(number: int, noun: str, plural: str = "") -> str:
    """Return `1 gap`, `1,204 gaps`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def kind(name: str, number: int) -> str:
    """Return so many of a node kind: `1 repository`, `600 service accounts`."""
    spaced = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in name).strip()
    return count(number, spaced, _PLURALS.get(name, spaced + "s"))


def listed(words: Iterable[str]) -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    found = list(words)
    return "".join(found) if len(found) < 2 else f"{', '.join(found[:-1])} and {found[-1]}"


def sensitive(rows: Sequence[SensitivityTotal]) -> tuple[int, int, int]:
    """Return how many sensitive assets are reached, how many more possibly, of how many."""
    chosen = [one for one in rows if one.sensitivity in COUNTING]
    return sum(one.reached for one in chosen), sum(one.possible for one in chosen), sum(one.of for one in chosen)


def of_blast(answer: BlastResult, frontier: Sequence[Frontier], moves: Sequence[FirstMove]) -> tuple[str, str]:
    """Return the verdict on some starts: what is reached, and what stopped the rest and what to do first."""
    live = {one.fact.node.id: one.fact.node.kind for one in answer.starts if not one.dead}
    if not live:
        return ("Nothing is reached: every start is dead at this instant.", "Nothing is to be done about them.")
    sorts = set(live.values())
    who = kind(next(iter(sorts)), len(live)) if len(sorts) == 1 else count(len(live), "start")
    holder = f"Whoever holds {'this' if len(live) == 1 else 'these'} {who.removeprefix('1 ')}"
    return f"{holder} {_reaches(answer)}", _second(answer, frontier, moves)


def of_incident(answer: IncidentResult, rest: BlastResult, frontier: Sequence[Frontier]) -> tuple[str, str]:
    """Return the verdict on an incident: what is missed and what it opens, and what to do first."""
    missed, exposed = len(answer.missed), len(answer.credentials)
    made = len(answer.remaining)
    if not exposed and not made:
        return (
            "Nothing was exposed by then, as far as was read.",
            "What could not be read is listed under the unknowns.",
        )
    if not missed and not made:
        since = f" since {answer.out_since:%Y-%m-%d %H:%M:%S} UTC" if answer.out_since else ""
        first = f"All {count(exposed, 'exposed credential')} are proven dead{since}, and nothing that was made remains."
        return first, "No rotation is left to do; what could not be read is listed under the unknowns."
    first = f"{missed:,} of {count(exposed, 'exposed credential')} {_are(missed)} not proven dead"
    if made:
        first += f", and {count(made, 'thing')} that an exposed account made since {_are(made)} still there"
    known, possible, of = sensitive(rest.by_sensitivity)
    if known:
        more = f" and possibly {possible:,} more" if possible else ""
        first += f"; together they reach {known:,} of {count(of, 'sensitive asset')}{more}: {_kinds(rest)}."
    elif possible:
        first += f"; together they possibly reach {possible:,} of {count(of, 'sensitive asset')}, none for certain."
    else:
        first += "; together they reach no sensitive asset, as far as was read."
    if not answer.order:
        return first, _stopped(frontier)
    step = answer.order[0]
    closes = (
        f"which closes {step.closes:,} of {count(step.closes + step.left, 'asset')}"
        if step.closes or step.left
        else "which closes nothing sensitive and is to be done all the same"
    )
    first_of = f", the first of {count(len(answer.order), 'thing')} to end" if len(answer.order) > 1 else ""
    return first, f"{_stopped(frontier).removesuffix('.')}; do first: {step.action} {step.node.id}, {closes}{first_of}."


def of_claims(tally: Sequence[tuple[str, int]], singles: int, gaps: int) -> tuple[str, str]:
    """Return the verdict on claims: how many have which verdict, and what they rest on."""
    total = sum(number for _, number in tally)
    each = listed(f"{number:,} {word}" for word, number in tally)
    unread = (
        f"{count(gaps, 'gap')} in what was read {_are(gaps)} counted against them" if gaps else "nothing was unread"
    )
    alone = f"{count(singles, 'control')} alone {'holds' if singles == 1 else 'hold'} a claim up" if singles else ""
    second = f"{alone}; {unread}." if alone else f"No claim rests on one control alone; {unread}."
    return f"Of {count(total, 'claim')}: {each}.", second


def hides(gap: CoverageLine) -> str:
    """Return what a gap could hide."""
    if gap.relation == ENFORCEMENT:
        return "Whether a control holds is not known: what is behind it counts as possibly open."
    found = kinds.RELATION_KINDS.get(gap.relation)
    if found is None:
        return "What stands here was not understood: ways that rest on it are not shown."
    sort = found.gap.sort
    if gap.state == "unavailable" and not gap.endpoint:
        return "Relations of this kind were read and no technique follows them: what they open is not shown."
    if sort is GapSort.TOKENS:
        return (
            "Credentials that nobody listed: an incident counts them as exposed and unverified; no way begins with one."
        )
    if sort is GapSort.TELLS:
        return f"Who or what {found.what}: it opens no way, but owners, origins or joins may be missing."
    if sort is GapSort.FORBIDS:
        return f"What {found.what} something: a control that stops a way may be missing, or one shown may not hold."
    hidden = _HIDDEN.get(gap.relation, f"what {found.what} something else")
    return (
        f"There may be more than is shown: {hidden}. Where a way could lead over it, what it opens counts as possible."
    )


# Private functions


def _reaches(answer: BlastResult) -> str:
    known, possible, of = sensitive(answer.by_sensitivity)
    if known:
        more = f" and possibly {possible:,} more" if possible else ""
        return f"reaches {known:,} of {count(of, 'sensitive asset')}{more}: {_kinds(answer)}{_jewels(answer)}."
    if possible:
        return f"reaches no sensitive asset for certain, but possibly {possible:,} of {of:,}{_jewels(answer)}."
    others = sum(one.reached for one in answer.totals)
    among = f" of {of:,}" if of else ""
    return f"reaches no sensitive asset{among} as far as was read, and {count(others, 'other node')}."


def _kinds(answer: BlastResult) -> str:
    rows = sorted((one for one in answer.totals if one.sensitive), key=lambda one: (-one.sensitive, one.kind))
    named = [kind(one.kind, one.sensitive) for one in rows[:_MOST_KINDS]]
    left = sum(one.sensitive for one in rows[_MOST_KINDS:])
    return listed([*named, count(left, "other")] if left else named)


def _jewels(answer: BlastResult) -> str:
    row = next((one for one in answer.by_sensitivity if one.sensitivity == "crown_jewel"), None)
    if row is None:
        return ""
    some = f", and {row.reached:,} of {count(row.of, 'crown jewel')}"
    return some + (f" (possibly {row.possible:,} more)" if row.possible else "")


def _second(answer: BlastResult, frontier: Sequence[Frontier], moves: Sequence[FirstMove]) -> str:
    stopped = _stopped(frontier)
    if not moves:
        known, possible, _ = sensitive(answer.by_sensitivity)
        none = "; no single change closes anything" if known or possible else ""
        return f"{stopped.removesuffix('.')}{none}."
    move = moves[0]
    left = f", and {move.remaining:,} {_are(move.remaining)} left" if move.remaining else ""
    return (
        f"{stopped.removesuffix('.')}; do first: {move.action} {move.node.id}, which alone closes "
        f"{move.closes:,} of {count(move.of, 'asset')}{left}."
    )


def _stopped(frontier: Sequence[Frontier]) -> str:
    holding = [one for one in frontier if one.blocker.effect != "hinders"]
    if not holding:
        return "No control alone stopped the rest."
    singles = sum(one.single is True for one in holding)
    stopped = f"{count(len(holding), 'control')} stopped the rest"
    if not singles:
        return f"{stopped}."
    if singles == len(holding):
        return f"{stopped}, {'each of them' if singles > 1 else 'and it is'} a single point of failure."
    return f"{stopped}, {singles:,} of them {'a single point' if singles == 1 else 'single points'} of failure."


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
