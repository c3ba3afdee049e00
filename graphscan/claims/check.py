"""Check all claims of a run: resolve, judge each, and gather what is wrong with the files before any verdict."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from graphscan.analysis.coverage import gaps
from graphscan.analysis.session import Session
from graphscan.claims import model, waivers
from graphscan.claims.assume import NOTHING, assumptions
from graphscan.claims.certificate import Certificates
from graphscan.claims.context import Context, VacuousError
from graphscan.claims.data import Doubts
from graphscan.claims.expected import misspelt
from graphscan.claims.reaches import Reaches
from graphscan.claims.results import CheckResult, ClaimResult
from graphscan.claims.select import OUTCOME, Selection
from graphscan.claims.verdict import Judge, Options
from graphscan.errors import ClaimsError, Problem, StoreError, UsageError
from graphscan.select import did_you_mean


def check(
    session: Session,
    file: model.ClaimsFile,
    *,
    today: date,
    only: Sequence[str] = (),
    limit: int = 20,
    depth: bool = True,
    certificates: Path | None = None,
    snapshot: Callable[[str], Session] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> CheckResult:
    """
    Return the verdict on every claim.

    Args:
        today:        what waivers and expected failures are held against.
        only:         ids of claims; empty: all. Globs are not taken, so that a misspelt one is told.
        limit:        how many kinds of path to follow for a claim.
        depth:        whether to compute what each PASS rests on.
        certificates: a folder to write them into.
        snapshot:     opens the session of an earlier snapshot, for `no_new_path`.

    Raises:
        ClaimsError: with every set, control and technique that the files name and that there is not.
        UsageError:  a claim that there is not, or a folder that cannot be written to.
    """
    claims = _chosen(file, only)
    problems = [problem for claim in claims for problem in misspelt(session, claim)]
    assumed, more = assumptions(session, Selection(session, file.sets), file)
    problems += more
    asking = {claim.id for claim in claims if claim.verb == model.Path.verb}
    problems += [_pointless(one) for one in file.waivers if one.claim in asking]

    def base(claim: model.Claim, since: str) -> Context:
        if snapshot is None:
            raise VacuousError("no earlier snapshot can be opened here")
        try:
            earlier = snapshot(since)
        except (StoreError, UsageError) as error:
            # Nothing was kept from then: an error of the file, not a verdict that nothing is new.
            place = claim.position
            what = f"claim `{claim.id}`: {error.message}"
            problem = Problem(place.file, place.line, place.column, what, error.advice)
            raise ClaimsError([problem], OUTCOME) from error
        selection = Selection(earlier, file.sets)
        there, wrong = assumptions(earlier, selection, file)
        if wrong:
            raise ClaimsError(wrong, OUTCOME)
        given = file.assumptions.get(claim.given)
        taken = there.get(claim.given, NOTHING)
        return Context(earlier, selection, Reaches(earlier), given, taken, lambda further: base(claim, further))

    judge = Judge(
        session,
        file,
        assumed,
        Doubts(session, file.assumptions),
        Options(today, limit, depth, Certificates(certificates, session) if certificates else None),
        base,
    )
    results: list[ClaimResult] = []
    for number, claim in enumerate(claims, 1):
        progress(f"checking claim {number:,} of {len(claims):,}")
        try:
            results.append(judge.judge(claim))
        except ClaimsError as error:
            problems += error.problems
    if problems:
        raise ClaimsError(list(dict.fromkeys(problems)), OUTCOME)
    chosen = {claim.id for claim in claims}
    warnings = waivers.warnings([one for one in file.waivers if one.claim in chosen], claims, today)
    if any(one.claim in chosen for one in file.waivers) or any(claim.expect_fail for claim in claims):
        warnings.append(f"waivers and expected failures are held against {today.isoformat()}")
    warnings += [] if only else _too_small(judge.selection, file, results)
    return CheckResult(
        files=file.files,
        snapshot=session.snapshot.digest,
        as_of=session.as_of,
        as_of_note=session.as_of_note,
        claims=tuple(results),
        waivers=tuple(use for result in results for use in result.waivers),
        coverage=gaps(session),
        warnings=tuple(warnings),
    )


# Private functions


def _pointless(waiver: model.Waiver) -> Problem:
    place = waiver.position
    what = f"waiver `{waiver.id}` excuses steps, and claim `{waiver.claim}` asks for a path"
    return Problem(place.file, place.line, place.column, what, "a `path` has nothing to excuse: use `expect: fail`")


def _chosen(file: model.ClaimsFile, only: Sequence[str]) -> tuple[model.Claim, ...]:
    known = {claim.id: claim for claim in file.claims}
    for one in only:
        if one not in known:
            raise UsageError(f"there is no claim `{one}`", did_you_mean(one, sorted(known), "claims"))
    return tuple(claim for claim in file.claims if not only or claim.id in only)


def _too_small(selection: Selection, file: model.ClaimsFile, results: Sequence[ClaimResult]) -> list[str]:
    """Return a sentence for each defined set that matches too little and made no claim vacuous: none needed it."""
    said = " ".join(result.reason for result in results)
    found = []
    for one in file.sets.values():
        selected = selection.resolve(one.selector)
        why = selected.vacuous
        if not why and selected.count < one.at_least:
            why = f"the set `{one.name}` has {selected.count:,}, and `at_least` says {one.at_least:,}"
        if why and f"`{one.name}`" not in said and why not in said:
            found.append(f"a set that no claim uses matches too little: {why}")
    return found
