"""Families of paths as text: each hop with what else it needs and what it rests on."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.text import Text

from graphscan.analysis.results import Derivation, EvidenceView, FactView, Hop, Route
from graphscan.report.text import words
from graphscan.report.text.gaps import possible
from graphscan.report.text.nodes import SENSITIVE, fact, facts, identity, name, prose
from graphscan.report.text.screen import Piece, Screen


class Families:
    """
    Writes families of paths one after the other; what an earlier one told, a later one only refers to.

    Args:
        found:  all families, cheapest first.
        note:   why not every path is listed, or "".
        places: how many places are named on which a step rests.
    """

    def __init__(self, screen: Screen, found: Sequence[Route], note: str, places: int) -> None:
        self._screen = screen
        self._found = found
        self._note = note
        self._places = places
        self._usual = usual_evidence(step for one in found for step in one.hops)
        self._beginnings: dict[tuple[FactView, ...], int] = {}
        self._told: dict[FactView, int] = {}
        self._needed: dict[FactView, int] = {}

    @property
    def legend(self) -> str:
        """Say how to read the lines."""
        said = f"; known from {prose(self._usual)} unless said otherwise" if self._usual else ""
        return f"cheapest first; → gives, [where it is stated{said}]"

    def write(self, most: int, *, once: bool) -> None:
        """
        Write at most `most` families.

        Args:
            once: leave out a family that ends only where earlier ones end, and count it.
        """
        shown, ended = 0, set[FactView]()
        for one in self._found:
            if shown == most or (once and ended.issuperset(one.tails)):
                continue
            shown += 1
            ended.update(one.tails)
            self._route(shown, one)
        left = len(self._found) - shown
        if left:
            more = words.number(left, "more family", "more families")
            self._screen.flow(f"… and {more}, other ways or dearer; -o json lists all.", indent=2)
        if self._note:
            self._screen.flow((prose(self._note), "yellow"), indent=2)

    # Private methods

    def _route(self, number: int, one: Route) -> None:
        heading: list[Piece] = [Text(f"{number}. ", "bold"), *facts(one.heads), " → ", *facts(one.tails)]
        style = "dim" if one.certainty == "known" else "yellow"
        heading.append((f"  {one.certainty}, cost {one.cost}, {words.number(one.paths, 'path')}", style))
        self._screen.flow(*heading, indent=2, hang=4)
        skipped = self._shared(one)
        # What has a line of its own below, or was just come by, is not said again beside the hop.
        came_by = {*one.heads, *(requirement.fact for requirement in one.requirements)}
        for position, step in enumerate(one.hops):
            came_by.add(step.given)
            if position >= skipped and not folded(step):
                alike = len(one.tails) - 1 if position == len(one.hops) - 1 else 0
                self._hop(step, came_by, alike)
            came_by.add(step.gives)
        for requirement in one.requirements:
            # What an earlier family needs up to where this one leaves it was told there.
            if not (skipped and requirement.fact in self._needed):
                self._requirement(number, requirement)
        for length in range(1, len(one.hops) + 1):
            self._beginnings.setdefault(_facts_of(one.hops[:length]), number)
            self._told.setdefault(one.hops[length - 1].gives, number)

    def _shared(self, one: Route) -> int:
        """Say which earlier family begins the same way, and return how many hops that saves."""
        for length in range(len(one.hops) - 1, 1, -1):
            earlier = self._beginnings.get(_facts_of(one.hops[:length]))
            if earlier is not None:
                reached = fact(one.hops[length - 1].gives)
                self._screen.flow((f"as in {earlier} to ", "dim"), reached, indent=4)
                return length
        return 0

    def _hop(self, one: Hop, said: set[FactView], alike: int) -> None:
        more = f" and {alike:,} more" if alike else ""
        pieces: list[Piece] = [fact(one.gives), f"{more}  {prose(one.title)}"]
        also = [other for other in one.also if other not in said]
        if also:
            pieces += [", with ", *facts(also)]
        pieces += possible(one)
        pieces += [*by_rules(one.evidence), *evidence(one.evidence, self._places, self._usual)]
        self._screen.flow(Text("→ ", "dim"), *pieces, indent=4, hang=8)

    def _requirement(self, number: int, one: Derivation) -> None:
        if one.fact in self._needed:
            self._screen.flow(
                ("needs ", "dim"), fact(one.fact), (f", as in {self._needed[one.fact]}", "dim"), indent=4, hang=8
            )
            return
        self._needed[one.fact] = number
        pieces: list[Piece] = [("needs ", "dim"), fact(one.fact)]
        if one.hops:
            pieces += self._chain(number, one.hops)
        if one.ways > 1:
            pieces.append((f"  (one of {one.ways:,} ways)", "dim"))
        self._screen.flow(*pieces, indent=4, hang=8)

    def _chain(self, number: int, hops: Sequence[Hop]) -> list[Piece]:
        """Return a derivation up to its last step, beginning where an earlier family already led."""
        known = [place for place, step in enumerate(hops[:-1]) if step.gives in self._told]
        begin = known[-1] + 1 if known else 0
        pieces: list[Piece] = [(", from ", "dim"), fact(hops[begin].given)]
        if known:
            pieces.append((f" (as in {self._told[hops[known[-1]].gives]})", "dim"))
        for step in hops[begin:]:
            if not folded(step) and step is not hops[-1]:
                pieces += [(" → ", "dim"), fact(step.gives)]
            if step.possible:
                pieces += possible(step) if step.gap else [(" (possible)", "yellow")]
            self._told.setdefault(step.gives, number)
        rests_on = [one for step in hops[begin:] for one in step.evidence]
        return [*pieces, *by_rules(rests_on), *evidence(rests_on, self._places, self._usual)]


def folded(step: Hop) -> bool:
    """Whether a step is over derived inventory, costs nothing and says nothing a person would ask about."""
    return step.effort == 0 and step.gives.node.provider == "derived" and step.gives.node.sensitivity not in SENSITIVE


def usual_evidence(hops: Iterable[Hop]) -> str:
    """Return how most of what the steps rest on is known, "" where they rest on nothing."""
    kinds = Counter(one.evidence for step in hops for one in step.evidence if one.evidence and one.gap is None)
    return min(kinds, key=lambda kind: (-kinds[kind], kind)) if kinds else ""


def by_rules(rests_on: Sequence[EvidenceView]) -> list[Piece]:
    """Return the rules of policies that let a step through, each with its policy."""
    found = dict.fromkeys(one.rule for one in rests_on if one.rule is not None)
    pieces: list[Piece] = []
    for position, rule in enumerate(found):
        lead = "; " if position else ", by rule "
        pieces += [(lead, "dim"), _quoted(rule.name), (" of ", "dim"), _quoted(rule.policy)]
    return pieces


def evidence(rests_on: Sequence[EvidenceView], most: int = 2, usual: str = "") -> list[Piece]:
    """
    Return where the relations of a step stand, the first few of them.

    Args:
        usual: the sort of evidence that need not be said.
    """
    stated = [one for one in rests_on if one.gap is None]  # of what nobody states the gap is told
    places = list(dict.fromkeys((one.evidence, one.where or one.source_instance, one.observed) for one in stated))
    if not places:
        return []
    pieces: list[Piece] = [(" [", "dim")]
    for position, (how, where, observed) in enumerate(places[:most]):
        how_known = "" if how == usual else prose(how)
        seen = "" if observed == "yes" else prose(observed)
        label = " ".join(one for one in (how_known, seen) if one)
        pieces += [("; " if position else "", "dim"), (f"{label}: " if label else "", "dim"), identity(where, "dim")]
    if len(places) > most:
        pieces.append((f" and {len(places) - most} more", "dim"))
    return [*pieces, ("]", "dim")]


# Private functions


def _quoted(text: str) -> Text:
    return Text.assemble("“", name(text), "”")


def _facts_of(hops: Sequence[Hop]) -> tuple[FactView, ...]:
    return tuple(fact for step in hops for fact in (step.given, step.gives))
