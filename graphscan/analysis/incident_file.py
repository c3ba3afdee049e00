"""An incident as an operator writes it: who had what, when, and how that is known. `docs/incident.md` describes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from graphscan.compose import values
from graphscan.compose.fields import Field, Form, RefusedError, Taken, refuse, take
from graphscan.compose.files import read_text
from graphscan.compose.problems import Problems, TooManyProblemsError
from graphscan.compose.schema import MOMENT, TEXT, array_of, enum_of
from graphscan.compose.tree import Items, Tree, read_yaml
from graphscan.errors import SelectorError, UsageError
from graphscan.model import Observed
from graphscan.select import Selector, parse

VERSION = "incident/1"
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)
MODES = ("observed", "possible")

# Keys that say what is believed of a credential's life. Whether it is dead is what an incident proves.
_BELIEFS = {
    "last_used": "unused is a reason to delete a credential, never a reason to skip it",
    "rotated": "whether a rotation ended it is what this command proves",
    "expires": "whether it has expired is what this command proves",
    "state": "whether it is dead is what this command proves",
    "guarded_by": "a guard in front of a credential does not unexpose it",
}


@dataclass(frozen=True, slots=True)
class Holder:
    """
    A line of an incident.

    Attributes:
        what:     ids, names or selectors.
        listed:   True: they are the exposed credentials; False: they held credentials; None: whichever they turn out
                  to be.
        begins:   the first moment of the exposure; None: not known.
        ends:     the first moment after it; None: it is not known to be over.
        observed: how this is known.
        known:    when it became known.
    """

    what: tuple[str, ...]
    listed: bool | None
    begins: datetime | None
    ends: datetime | None
    observed: Observed = Observed.YES
    known: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """
    An incident.

    Attributes:
        acts_from: from when on the attacker used what he had; None: from the beginning of the exposure.
        possible:  whether what the attacker could have made counts in the reach shown.
    """

    name: str
    holders: tuple[Holder, ...]
    known: datetime | None = None
    acts_from: datetime | None = None
    possible: bool = False

    @property
    def begins(self) -> datetime | None:
        """Return the first moment of any exposure; None where one of them has no known beginning."""
        moments = [one.begins for one in self.holders]
        return None if None in moments else min(moment for moment in moments if moment is not None)


def load(path: Path) -> Incident:
    """
    Read an incident file.

    Raises:
        BadFileError: something in it is wrong; holds every problem with file, line and column.
    """
    problems = Problems(str(path))
    found: Incident | None = None
    try:
        text = read_text(path, problems)
        tree = None if text is None else read_yaml(text, problems, begin=f"graphscan: {VERSION}")
        if tree is not None:
            found = _incident(take(tree, _INCIDENT, problems, "the file"), path, problems)
    except TooManyProblemsError:
        pass
    problems.check("the incident was not looked at")
    if found is None:  # cannot be: whatever is not read has been noted
        raise AssertionError
    return found


def on_command_line(
    exposed: Sequence[str],
    begins: datetime | None,
    ends: datetime | None,
    acts_from: datetime | None = None,
    possible: bool = False,
) -> Incident:
    """
    Make an incident of options.

    Args:
        exposed: selectors of the exposed credentials, or of who held them.
        begins:  the first moment of the exposure.
        ends:    the first moment after it; None: it is not known to be over.

    Raises:
        SelectorError: one of them cannot be read.
        UsageError:    one of them selects by what is believed of a credential, or a date is before another.
    """
    for one in exposed:
        why = believed(parse(one))
        if why:
            raise UsageError(f"--exposed `{one}`: {why}", "leave that term out")
    if begins is not None and ends is not None and ends <= begins:
        raise UsageError("--until is before --since", "the exposure lasts from --since to --until, both included")
    if acts_from is not None and begins is not None and acts_from < begins:
        raise UsageError("--acts-from is before --since", "nobody uses what he does not have yet")
    return Incident(
        "the exposure on the command line", (Holder(tuple(exposed), None, begins, ends),), None, acts_from, possible
    )


def believed(selector: Selector) -> str:
    """Return why a selector may not say what was exposed, "" if it may: it would leave out what is not proven dead."""
    for term in selector.terms:
        if term.key in _BELIEFS:
            return f"`{term.key}` cannot say what was exposed: {_BELIEFS[term.key]}"
    return ""


# Private functions


def _selector(tree: Tree, problems: Problems) -> str:
    text = values.text(tree, problems)
    try:
        why = believed(parse(text))
    except SelectorError as wrong:
        refuse(tree, problems, wrong.message, wrong.advice)
    if why:
        refuse(tree, problems, why, "leave that term out")
    return text


def _version(tree: Tree, problems: Problems) -> str:
    text = values.text(tree, problems)
    if text != VERSION:
        refuse(tree, problems, f"this is not `graphscan: {VERSION}`", f"write `graphscan: {VERSION}`")
    return text


def _until(tree: Tree, problems: Problems) -> datetime:
    """Return the first moment after the one named: of a date the whole day is inside."""
    try:
        return values.moment(tree, problems) + (DAY if values.is_day(tree) else TICK)
    except OverflowError:
        refuse(tree, problems, "this is the last day that there is", "leave the key out where there is no end")


def _holders(tree: Tree, problems: Problems) -> tuple[Holder, ...]:
    if not isinstance(tree, Items) or not tree.items:
        refuse(tree, problems, "`holders` must be a list", "begin each entry with `- holder:` or `- credentials:`")
    found = []
    good = True
    for item in tree.items:
        try:
            found.append(_holder(take(item, _HOLDER, problems, "a holder"), problems))
        except RefusedError:
            good = False
    if not good:
        raise RefusedError
    return tuple(found)


def _holder(taken: Taken, problems: Problems) -> Holder:
    said = taken.values
    given = [key for key in ("holder", "credentials") if key in taken.entry.values]
    if len(given) != 1:
        what = "a holder has both `holder` and `credentials`" if given else "a holder has no `holder`"
        advice = "write `holder: ID` for who held them, or `credentials: [SELECTOR]` for the credentials themselves"
        refuse(taken.entry, problems, what, advice)
    if not taken.good:
        raise RefusedError
    begins, ends = said.get("from"), said.get("until")
    if begins is not None and ends is not None and ends <= begins:
        line, column = taken.place("until")
        problems.add(line, column, "`until` is before `from`", "both are inside the exposure")
        raise RefusedError
    listed = given[0] == "credentials"
    selectors: list[str] = said["credentials"] if listed else [said["holder"]]
    return Holder(tuple(selectors), listed, begins, ends, said.get("observed", Observed.YES), said.get("known"))


def _incident(taken: Taken, path: Path, problems: Problems) -> Incident | None:
    said = taken.values
    if not taken.good:
        return None
    found = Incident(
        said.get("name", path.stem),
        said["holders"],
        said.get("known"),
        said.get("acts_from"),
        said.get("mode", MODES[0]) == MODES[1],
    )
    if found.acts_from is not None and found.begins is not None and found.acts_from < found.begins:
        line, column = taken.place("acts_from")
        problems.add(line, column, "`acts_from` is before the exposure begins", "nobody uses what he does not have yet")
    return found


_HOLDER: Form = {
    "holder": Field(_selector, TEXT),
    "credentials": Field(values.list_of(_selector, "credentials"), array_of(TEXT)),
    "from": Field(values.moment, MOMENT),
    "until": Field(_until, MOMENT),
    "observed": Field(values.choice(Observed, "observed value"), enum_of(Observed)),
    "known": Field(values.moment, MOMENT),
}
_INCIDENT: Form = {
    "graphscan": Field(_version, {"const": VERSION}, required=True),
    "name": Field(values.text, TEXT),
    "known": Field(values.moment, MOMENT),
    "acts_from": Field(values.moment, MOMENT),
    "mode": Field(values.words(list(MODES), "mode"), enum_of(list(MODES))),
    "holders": Field(_holders, {"type": "array"}, required=True),
}
