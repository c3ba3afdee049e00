"""The words in which text and Markdown tell a comparison; what comes from outside is escaped by whoever shows it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from graphscan.analysis.diff_results import DiffResult, InventoryChange, PairsChanged, StepChange
from graphscan.analysis.view import DERIVED
from graphscan.printable import printable
from graphscan.report.text.words import number

# What happened to a thing, as a mark in front of it.
MARKS = {
    "began": "+",
    "appeared": "+",
    "came and went": "±",
    "ended": "−",
    "expired": "−",
    "disabled": "−",
    "vanished": "−",
}
OTHER_MARK = "~"
_WHATS = {
    "came and went": "began and ended inside",
    "appeared": "in the later snapshot only",
    "vanished": "in the earlier snapshot only",
    "stored": "a copy was stored",
    "enforcement": "enforcement changed",
}


def by_reason(steps: Sequence[StepChange]) -> list[tuple[InventoryChange | None, list[StepChange]]]:
    """Return steps by the change that explains them, in the order of its first; those without any last."""
    groups: dict[InventoryChange | None, list[StepChange]] = {}
    for one in steps:
        groups.setdefault(next(iter(one.because), None), []).append(one)
    for members in groups.values():
        members.sort(key=lambda one: DERIVED in (one.hop.given.node.provider, one.hop.gives.node.provider))
    return sorted(groups.items(), key=lambda item: item[0] is None)


def day(at: datetime | None) -> str:
    """Return a moment to the second, in UTC, without saying so each time."""
    return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S").removesuffix(" 00:00:00")


def counts(some: tuple[tuple[str, int], ...]) -> str:
    """Return `3 began, 1 ended`."""
    return ", ".join(f"{count:,} {_WHATS.get(what, what)}" for what, count in some)


def when(one: InventoryChange) -> str:
    """Return when a change was, and until when what began lasts."""
    at, until = day(one.at), day(one.until)
    if one.what == "came and went":
        return f"{at} to {until}, began and ended inside"
    if one.what == "began":
        return f"from {at}" + (f" to {until}" if until else "")
    if one.what == "appeared":
        return "new in the later snapshot" + (f", valid from {at}" if at else "") + (f" to {until}" if until else "")
    if one.what == "vanished":
        return "gone from the later snapshot" + (f", ended {at}" if at else "")
    if one.what == "replaced":
        return f"replaced {at}" + (f", the old value valid until {until}" if until else "")
    said = {"stored": "a copy stored", "enforcement": "enforcement"}.get(one.what, one.what)
    return f"{said} {at}".rstrip()


def altered(one: InventoryChange) -> tuple[str, str, str] | None:
    """Return field, value before and after, where a change is one of a value; the values are untrusted."""
    if one.what == "replaced" or not (one.before or one.after):
        return None
    return one.field, one.before, one.after


def verdict(result: DiffResult) -> str:
    """Return the answer in one sentence."""
    gained, lost = result.pairs_gained, result.pairs_lost
    if not result.pair_sources or not result.pair_assets:
        missing = "source" if not result.pair_sources else "asset"
        return f"No pair was compared: there is no {missing} to ask about."
    said = "No pair gained or lost"
    if gained.total or lost.total:
        said = f"{pairs(gained) if gained.total else 'No pair'} gained, {pairs(lost) if lost.total else 'none'} lost"
    between = ""
    if result.peak is not None:
        between = f"; {pairs(result.peak.pairs) if result.peak.pairs.total else 'none'} reached in between only"
    return f"{said}{between}."


def pairs(some: PairsChanged) -> str:
    """Return `12 pairs, 3 more possibly, at most 5 more`."""
    said = number(some.known, "pair")
    if some.possible:
        said += f" and {some.possible:,} possibly"
    if some.bounded:
        said += f" and at most {some.bounded:,} more (not settled within the budget)"
    return said


def asked(result: DiffResult) -> str:
    """Return between what pairs were compared."""
    least = printable(result.asset_sensitivity, 40).replace("_", " ")
    what = number(result.pair_assets, "asset" if least else "target")
    above = f" of sensitivity {least} and above" if least else ""
    return f"{number(result.pair_sources, 'source')}, each alone, and {what}{above}"
