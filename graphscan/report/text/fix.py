"""`graphscan fix` as text."""

from collections.abc import Iterable, Sequence

from rich.text import Text

from graphscan.analysis.fix_results import OPENS, RESOLVES, UNJUDGED, Fix, FixResult, FixSet
from graphscan.analysis.results import FactView, Hop
from graphscan.report.text import parts, words
from graphscan.report.text.gaps import possible
from graphscan.report.text.nodes import fact, facts, identity, prose
from graphscan.report.text.screen import Piece, Screen

STEPS = 3  # shown of what a fix opens
CHAIN = 20  # steps of a derivation that no fix closes
LONGEST = 400


def fix(screen: Screen, result: FixResult) -> None:
    """Write the answer first, then start, set, single fixes, what they open and what could not be read."""
    screen.flow(*_verdict(result))
    screen.heading("Start")
    parts.starts(screen, result.starts)
    parts.assumptions(screen, result.as_of, result.as_of_note, result.edits)
    if result.open_to_anyone:
        screen.flow(
            ("Open to anyone, without any start: ", "bold red"), *facts(result.open_to_anyone), indent=2, hang=4
        )
    if result.of:
        _sets(screen, result)
        _single(screen, result)
    for note in result.notes:
        screen.flow((prose(note, LONGEST), "yellow"), indent=2, hang=4)
    if result.costs_unused:
        screen.heading("Costs that are about nothing", words.number(len(result.costs_unused), "row"))
        for row in result.costs_unused[:6]:
            screen.flow((prose(row), "yellow"), indent=2, hang=4)
        if len(result.costs_unused) > 6:
            screen.flow(f"… and {len(result.costs_unused) - 6:,} more; -o json lists all.", indent=2)
    _unread(screen, result)
    screen.heading("Not read", words.number(len(result.coverage), "gap") if result.coverage else "")
    parts.coverage(screen, result.coverage)


def opens(one: Fix) -> str:
    """Return how much a fix opens, in words."""
    others = f", and {one.opens_others:,} that this attacker cannot take" if one.opens_others else ""
    return f"opens {words.number(one.opens_count, 'step')}{others}"


def pairs(one: Fix) -> str:
    """Return what a fix does alone: `Resolves all 12 pairs`, `Reduces 3 of 12 pairs`."""
    if one.effect == RESOLVES:
        return f"Resolves all {words.number(one.of, 'pair')}" if one.of > 1 else "Resolves the one pair"
    least = "" if one.exact else "at least "
    verb = "Opens others; reduces" if one.effect == OPENS else "Reduces"
    return f"{verb} {least}{one.pairs:,} of {words.number(one.of, 'pair')}"


def bound(one: FixSet) -> str:
    """Return what is proven of the cost of a set."""
    if one.optimal:
        return "no set costs less (proven)"
    return f"the least cost lies in [{one.lower:,}, {one.cost:,}]"


# Private functions


def _verdict(result: FixResult) -> list[Piece]:
    targets = len(_nodes(result.targets))
    of = words.number(targets, "target")
    if not result.of:
        said = f"none of the {of} is reached" if targets > 1 else "the target is not reached"
        if not targets:
            said = "no step leads to a target"
        if result.coverage:
            return [("Nothing to fix is known", "bold"), f": {said} as far as could be read."]
        return [("Nothing to fix", "bold"), f": {said}."]
    least = _perhaps(result)
    hit = len(_nodes((*result.reached, *result.stated)) or _nodes(result.unread))
    if result.cut is not None:
        count = len(result.cut.edits)
        keep = f"{words.number(count, 'fix', 'fixes')} close{'s' if count == 1 else ''}"
        what = (
            "the target" if targets == 1 else f"all {of}" if hit == targets else f"all {hit:,} of {of} that are reached"
        )
        return [(f"{keep} {what}", "bold"), f", at a cost of {result.cut.cost:,}.{least}"]
    if result.stays is not None and not result.left:
        return [
            ("No set of fixes closes this", "bold"),
            ": ",
            fact(result.stays),
            f" is what the attacker begins with.{least}",
        ]
    if result.stays is not None:
        return [("No set of fixes closes this", "bold"), ": ", fact(result.stays), f" stays within reach.{least}"]
    return [("No set of fixes was found", "bold"), f" for {hit:,} of {of} that are reached.{least}"]


def _perhaps(result: FixResult) -> str:
    """Return what of the targets is reached only possibly; "" if nothing is."""
    if not result.reached:
        return " Nothing is known to be reached; this is about what is possible."
    only = len(set(_nodes(result.stated)) - set(_nodes(result.reached)))
    return f" {words.number(only, 'target is', 'targets are')} reached only possibly." if only else ""


def _sets(screen: Screen, result: FixResult) -> None:
    if result.cut is not None:
        cut = result.cut
        screen.heading("The smallest set", f"cost {cut.cost:,}; {bound(cut)}")
        _steps_of(screen, cut)
        if cut.why:
            screen.flow((f"Not proven: {prose(cut.why)}.", "yellow"), indent=2, hang=4)
        if cut.verified:
            screen.flow(
                ("Verified: with these edits everything was derived anew, and no target is reached.", "green"),
                indent=2,
                hang=4,
            )
    elif result.left:
        screen.heading("What no fix closes", words.number(len(result.left), "step"))
        for step in result.left[:CHAIN]:
            _hop(screen, step)
        if len(result.left) > CHAIN:
            screen.flow(f"… and {len(result.left) - CHAIN:,} more; -o json lists all.", indent=2)
    _credentials(screen, result)


def _credentials(screen: Screen, result: FixResult) -> None:
    if result.among_credentials is False:
        pieces: list[Piece] = [("No cut among credentials", "bold red")]
        pieces.append(f": with {_all_credentials(result)} rotated and revoked a target is still reached.")
        if result.evict:
            pieces += [" Evict first: ", *facts(result.evict, 6), "."]
        if result.cut is not None:
            pieces.append(" What else is needed stands in the set above.")
        screen.flow(*pieces, indent=2, hang=4)
    elif result.credentials is not None:
        one = result.credentials
        screen.flow(
            ("Among credentials alone", "bold"), f", at a cost of {one.cost:,}; {bound(one)}:", indent=2, hang=4
        )
        _steps_of(screen, one)


def _all_credentials(result: FixResult) -> str:
    kept = result.credentials_kept
    return f"all but the {kept:,} that cannot be changed" if kept else "all of them"


def _steps_of(screen: Screen, one: FixSet) -> None:
    for number, (text, edit) in enumerate(zip(one.texts, one.edits, strict=True), 1):
        screen.flow(Text(f"{number}. ", "bold"), _sentence(text), ("  ", ""), identity(edit, "dim"), indent=2, hang=5)


def _single(screen: Screen, result: FixResult) -> None:
    good = [one for one in result.fixes if one.effect not in (OPENS, UNJUDGED)]
    unsure = [one for one in result.fixes if one.effect == UNJUDGED]
    bad = [one for one in result.fixes if one.effect == OPENS]
    screen.heading("Single fixes", f"{result.fixes_total:,}, the best first" if result.fixes_total else "")
    if not good:
        screen.flow("none helps on its own", indent=2)
    for one in good:
        _fix(screen, one)
    rest = result.fixes_total - len(result.fixes)
    if rest:
        screen.flow(f"… and {rest:,} more; --limit {result.fixes_total} lists all.", indent=2)
    if result.by_provenance:
        alone = f"{result.by_provenance:,} of them were judged by what steps rest on alone"
        screen.flow((f"{alone}; not everything was derived anew for each.", "dim"), indent=2, hang=4)
    if unsure:
        screen.heading("Not judged", "they may open something; give more time with --budget")
        for one in unsure:
            _fix(screen, one)
    if bad:
        screen.heading("Not proposed", "they open something for this attacker")
        for one in bad:
            _fix(screen, one)
            for step in one.opens[:STEPS]:
                _hop(screen, step, "opens ")
            if one.opens_count > STEPS:
                screen.flow(f"… and {one.opens_count - STEPS:,} more", indent=6)


def _fix(screen: Screen, one: Fix) -> None:
    style = "green" if one.effect == RESOLVES else "red" if one.effect == OPENS else ""
    cost = f", cost {one.cost:,}" if one.cost != 1 else ""
    screen.flow((f"{pairs(one)}{cost}: ", style), _sentence(one.text), indent=2, hang=4)
    pieces: list[Piece] = [identity(one.edit, "dim"), (f"  closes {words.number(one.closes_count, 'step')}", "dim")]
    if one.closes:
        step = one.closes[0]
        pieces += [
            (": " if one.closes_count == 1 else ", first ", "dim"),
            fact(step.given),
            (" → ", "dim"),
            fact(step.gives),
        ]
    if one.opens_count or one.opens_others:
        pieces.append((f"; {opens(one)}", "red" if one.opens_count else "yellow"))
    screen.flow(*pieces, indent=4, hang=6)


def _sentence(text: str) -> str:
    return prose(text, LONGEST)


def _hop(screen: Screen, step: Hop, lead: str = "") -> None:
    pieces: list[Piece] = [(lead, "red"), fact(step.given), (" → ", "dim"), fact(step.gives), f"  {prose(step.title)}"]
    if step.also:
        pieces += [", with ", *facts(step.also)]
    screen.flow(*pieces, *possible(step), indent=6, hang=8)


def _unread(screen: Screen, result: FixResult) -> None:
    if not result.left_unread or (result.possible_only and result.cut is None):
        return
    screen.heading("Possible after that", words.number(len(_nodes(result.left_unread)), "target"))
    screen.flow(
        "By what nobody could read, which no edit closes: ",
        *facts(result.left_unread),
        ". Read first:",
        indent=2,
        hang=4,
    )
    for line in result.left_gaps[:6]:
        screen.flow(identity(line, "yellow"), indent=4, hang=6)
    if len(result.left_gaps) > 6:
        screen.flow(f"… and {len(result.left_gaps) - 6:,} more; -o json lists all.", indent=4)


def _nodes(views: Iterable[FactView] | Sequence[FactView]) -> set[str]:
    return {one.node.id for one in views}
