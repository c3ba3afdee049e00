"""The verdict on one claim: what was found, what excuses it, what was expected, and what shows it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from graphscan.analysis.session import Session
from graphscan.claims import evidence, model, proof, waivers
from graphscan.claims.assume import NOTHING, Assumed, overruled
from graphscan.claims.certificate import Certificates
from graphscan.claims.context import Context, Finding, VacuousError
from graphscan.claims.data import Doubts
from graphscan.claims.expected import steps_via
from graphscan.claims.reaches import Reaches
from graphscan.claims.results import ClaimResult, Verdict
from graphscan.claims.select import Selection
from graphscan.claims.verbs import find
from graphscan.claims.without import without_steps

_SHOWN = (Verdict.FAIL, Verdict.WAIVED, Verdict.XFAIL)


@dataclass(frozen=True)
class Options:
    """
    How claims are judged.

    Attributes:
        today:        what waivers, expected failures and the age of data are held against.
        limit:        how many kinds of path to follow for a claim.
        depth:        whether to compute what a PASS rests on.
        certificates: where to write them, None for nowhere.
    """

    today: date
    limit: int = 20
    depth: bool = True
    certificates: Certificates | None = None


@dataclass(frozen=True)
class Ruling:
    """
    A verdict on the way.

    Attributes:
        finding: what it stands on, with what is excused left out.
        context: where that was found.
    """

    verdict: Verdict
    reason: str
    finding: Finding
    context: Context
    notes: tuple[str, ...] = ()


@dataclass
class Judge:
    """Judges the claims of one file against one session."""

    session: Session
    file: model.ClaimsFile
    assumed: Mapping[str, Assumed]
    doubts: Doubts
    options: Options
    base: Callable[[model.Claim, str], Context]
    selection: Selection = field(init=False)
    reaches: Reaches = field(init=False)

    def __post_init__(self) -> None:
        self.selection = Selection(self.session, self.file.sets)
        self.reaches = Reaches(self.session)

    def judge(self, claim: model.Claim) -> ClaimResult:
        """
        Return the verdict on a claim.

        Raises:
            ClaimsError: a set of it names what is not there.
        """
        context = self._context(claim, self.session, self.reaches)
        excuses = [one for one in self.file.waivers if one.claim == claim.id]
        try:
            found = find(context, claim.args)
        except VacuousError as empty:
            vacuous = self._result(claim, context, Verdict.VACUOUS, f"it says nothing: {empty}")
            uses = waivers.unjudged(excuses, self.options.today)
            return replace(vacuous, waivers=uses)
        waived = waivers.judge(self.session, excuses, found, self.options.today)
        ruling = self._ruled(claim, context, found, waived)
        ruling = self._expected(claim, self._doubted(claim, ruling))
        ruling = _wrong_waivers(ruling, waived)
        return self._shown(claim, ruling, found, waived)

    # Private methods

    def _context(self, claim: model.Claim, session: Session, reaches: Reaches) -> Context:
        return Context(
            session=session,
            selection=self.selection,
            reaches=reaches,
            assumption=self.file.assumptions.get(claim.given),
            assumed=self.assumed.get(claim.given, NOTHING),
            base=lambda since: self.base(claim, since),
        )

    def _ruled(self, claim: model.Claim, context: Context, found: Finding, waived: waivers.Waived) -> Ruling:
        """Return PASS, FAIL, UNKNOWN or, where waivers excuse every counterexample, WAIVED."""
        plain = _plain(context, found)
        if plain.verdict is Verdict.PASS or not len(waived.steps):
            return plain
        excused = without_steps(self.session, waived.steps)
        other = self._context(claim, excused, Reaches(excused))
        left = _plain(other, find(other, claim.args))
        if left.verdict is Verdict.PASS:
            ids = ", ".join(use.id for use in waived.uses if use.state == waivers.USED)
            would = "would fail" if plain.verdict is Verdict.FAIL else "might fail"
            reason = f"it {would}, and every counterexample uses a step that {ids} excuses; {found.reason}"
            return Ruling(Verdict.WAIVED, reason, left.finding, other, left.notes)
        return replace(left, reason=f"{left.reason}, past what is waived")

    def _doubted(self, claim: model.Claim, ruling: Ruling) -> Ruling:
        """Turn what rests on something not being there to UNKNOWN where the data do not bear that out."""
        absence = ruling.verdict in (Verdict.PASS, Verdict.WAIVED)
        if claim.verb == model.Path.verb:
            absence = ruling.verdict in (Verdict.PASS, Verdict.FAIL)
        if not absence:
            return replace(ruling, notes=(*ruling.notes, *self.doubts.of(claim)))
        doubts = self.doubts.of(claim)
        if doubts:
            return replace(ruling, verdict=Verdict.UNKNOWN, reason="; ".join((*doubts, f"else: {ruling.reason}")))
        if ruling.verdict is Verdict.PASS and claim.survives:
            return self._surviving(claim, ruling)
        return ruling

    def _surviving(self, claim: model.Claim, ruling: Ruling) -> Ruling:
        survival = proof.survives(ruling.context, ruling.finding, claim)
        if survival.holds:
            return ruling
        if survival.holds is None:
            reason = f"whether it survives {claim.survives} failing could not be decided: a budget ran out"
            return replace(ruling, verdict=Verdict.UNKNOWN, reason=reason)
        names = "; ".join(" and ".join(node.id for node in one) for one in survival.failing)
        reason = f"it falls if one of these alone fails, and `survives: {claim.survives}` is asked: {names}"
        if any(len(one) > 1 for one in survival.failing):
            reason = f"it falls if these fail together, and `survives: {claim.survives}` is asked: {names}"
        return replace(ruling, verdict=Verdict.FAIL, reason=reason)

    def _expected(self, claim: model.Claim, ruling: Ruling) -> Ruling:
        """Hold a verdict against `expect: fail`."""
        if not claim.expect_fail:
            return ruling
        if ruling.verdict is Verdict.PASS:
            return replace(
                ruling, verdict=Verdict.XPASS, reason=f"it holds now: remove `expect: fail`; {ruling.reason}"
            )
        if ruling.verdict is not Verdict.FAIL:
            return ruling
        if claim.until is not None and self.options.today > claim.until:
            reason = f"it was expected to fail only until {claim.until.isoformat()}; {ruling.reason}"
            return replace(ruling, reason=reason)
        if claim.via and self._otherwise(claim, ruling):
            reason = f"it fails for another reason than expected: a path uses none of {', '.join(claim.via)}"
            return replace(ruling, reason=f"{reason}; {ruling.reason}")
        return replace(ruling, verdict=Verdict.XFAIL, reason=f"it fails, as expected; {ruling.reason}")

    def _otherwise(self, claim: model.Claim, ruling: Ruling) -> bool:
        """Whether a claim is broken also without any step of the techniques that it is expected to fail by."""
        session = ruling.context.session
        other = without_steps(session, steps_via(session, claim))
        return find(self._context(claim, other, Reaches(other)), claim.args).broken

    def _shown(self, claim: model.Claim, ruling: Ruling, found: Finding, waived: waivers.Waived) -> ClaimResult:
        """Return the result with what shows the verdict."""
        context, verdict = ruling.context, ruling.verdict
        result = self._result(claim, context, verdict, ruling.reason)
        notes = [*found.notes, *context.notes, *context.assumed.notes, *ruling.notes]
        notes += overruled(context.session, context.assumed, found.question.may.reached)
        result = replace(result, waivers=waived.uses)
        if verdict in _SHOWN and len(found.known) + len(found.possible):
            result = self._with_paths(result, ruling, found, notes)
        elif verdict is Verdict.UNKNOWN:
            result = self._with_gaps(claim, result, ruling, notes)
        elif verdict in (Verdict.PASS, Verdict.XPASS):
            result = self._with_proof(claim, result, ruling)
        return replace(result, notes=tuple(dict.fromkeys(notes)))

    def _with_paths(self, result: ClaimResult, ruling: Ruling, found: Finding, notes: list[str]) -> ClaimResult:
        """Add the counterexamples: of what is waived those that are excused, else those that are left."""
        waived = ruling.verdict is Verdict.WAIVED or not ruling.finding.possibly
        finding = found if waived else ruling.finding
        context = self._context_of(ruling, waived)
        shown = evidence.routes(context, finding, not finding.broken, self.options.limit)
        notes += shown.notes
        result = replace(
            result,
            path=shown.shortest,
            families=shown.families,
            opened=evidence.opened(context, shown.routes),
        )
        if finding.broken and finding.absence:
            number, of, note = evidence.pairs(finding)
            notes += [note] if note else []
            result = replace(result, pairs=number, pairs_of=of)
        return result

    def _with_gaps(self, claim: model.Claim, result: ClaimResult, ruling: Ruling, notes: list[str]) -> ClaimResult:
        """Add the possible path and what would have to be read to decide the claim."""
        context, finding = ruling.context, ruling.finding
        result = replace(result, gaps=self.doubts.lines(claim))
        if not len(finding.possible):
            return result
        shown = evidence.routes(context, finding, True, self.options.limit)
        notes += shown.notes
        gaps = proof.gaps(context, finding, shown.routes)
        return replace(
            result,
            path=shown.shortest,
            families=shown.families,
            gaps=(*gaps, *result.gaps),
            reason=f"{result.reason}; {proof.would_fail(gaps)}",
            opened=evidence.opened(context, shown.routes),
        )

    def _context_of(self, ruling: Ruling, waived: bool) -> Context:
        if not waived:
            return ruling.context
        return replace(ruling.context, session=self.session, reaches=self.reaches)

    def _with_proof(self, claim: model.Claim, result: ClaimResult, ruling: Ruling) -> ClaimResult:
        """Add what a claim that holds rests on and its certificate or, of `path`, the path."""
        finding = ruling.finding
        if not finding.absence:
            if len(finding.known):
                shown = evidence.routes(ruling.context, finding, False, 1 if claim.verb == model.Path.verb else 3)
                result = replace(result, path=shown.shortest)
            return result
        if self.options.depth:
            result = replace(result, rests_on=proof.rests_on(ruling.context, finding, claim))
        if self.options.certificates is not None:
            said = proof.statement(ruling.context, finding, claim, self.file)
            path, digest = self.options.certificates.write(said, proof.reached(finding))
            result = replace(result, certificate=str(path), certificate_sha256=digest)
        return result

    def _result(self, claim: model.Claim, context: Context, verdict: Verdict, reason: str) -> ClaimResult:
        assumed = context.assumed
        return ClaimResult(
            id=claim.id,
            text=claim.text,
            owner=claim.owner,
            severity=str(claim.severity),
            ticket=claim.ticket,
            verb=claim.verb,
            verdict=verdict,
            reason=reason,
            where=claim.position,
            given=claim.given,
            trust=assumed.trust,
            distrust=assumed.distrust,
            sets=tuple(context.lines),
        )


# Private functions


def _plain(context: Context, found: Finding) -> Ruling:
    """Return what a finding means before anything excuses it."""
    if found.broken:
        return Ruling(Verdict.FAIL, found.reason, found, context)
    for why in (found.undecided, context.unfollowed):
        if why:
            return Ruling(Verdict.UNKNOWN, why, found, context)
    if found.possibly:
        return Ruling(Verdict.UNKNOWN, found.reason, found, context)
    return Ruling(Verdict.PASS, found.reason, found, context)


def _wrong_waivers(ruling: Ruling, waived: waivers.Waived) -> Ruling:
    """Make a claim fail whose waivers are wrong, whatever else holds: no waiver may rot behind a green claim."""
    if not waived.wrong:
        return ruling
    wrong = "; ".join(waived.wrong)
    return replace(ruling, verdict=Verdict.FAIL, reason=f"{wrong}; {ruling.reason}")
