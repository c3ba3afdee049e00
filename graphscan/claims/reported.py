"""The report on claims: their verdicts, the ways that break them, and the controls that hold up the rest."""

from collections.abc import Iterable
from dataclasses import replace

from graphscan.analysis import names, report_words
from graphscan.analysis.names import Named, Starts
from graphscan.analysis.report import CLAIMS, Asked, compared, of_resolved, unknowns
from graphscan.analysis.report_results import ClaimLine, ClaimUse, Frontier, ReportResult, WaiverLine
from graphscan.analysis.results import Blocker, FactView, NodeView, Route, StartLine
from graphscan.analysis.session import Session
from graphscan.claims.results import CheckResult, ClaimResult


def of_claims(session: Session, answer: CheckResult, asked: Asked) -> ReportResult:
    """
    Return the report on claims that were checked.

    Its starts are where the ways that break a claim, or may, begin; what they reach is counted from there. With every
    claim holding there are none, and the report tells what the claims rest on.
    """
    families = tuple(dict.fromkeys(family for claim in answer.claims for family in _families(claim)))
    base, _ = of_resolved(session, _starts(session, families), asked, families)
    frontier = _frontier(session, answer.claims, base.frontier)
    singles = sum(any(use.single for use in one.claims) for one in frontier)
    tally = [(str(verdict), number) for verdict, number in answer.tally().items()]
    broken = sum(bool(_families(claim)) for claim in answer.claims)
    starts = (
        f"The starts are where the ways of {report_words.count(broken, 'claim')} that may not hold begin; of those "
        "that lead the same way one stands for all."
    )
    result = replace(
        base,
        title=asked.title or CLAIMS,
        mode="claims",
        verdict=report_words.of_claims(tally, singles, len(answer.coverage)),
        assumptions=(*([starts] if families else []), *base.assumptions[1:]),
        families=families,
        families_note="",
        frontier=frontier,
        claims=tuple(_line(one) for one in answer.claims),
        waivers=tuple(
            WaiverLine(one.id, one.claim, one.state, one.reason, one.approved_by, one.ticket, one.expires)
            for one in answer.waivers
        ),
        unknowns=unknowns(answer.coverage) if not families else base.unknowns,
        notes=tuple(dict.fromkeys((*answer.warnings, *base.notes))),
    )
    return compared(result, asked)


# Private functions


def _families(claim: ClaimResult) -> tuple[Route, ...]:
    return claim.families or ((claim.path,) if claim.path is not None and claim.verdict.exit_code else ())


def _starts(session: Session, families: Iterable[Route]) -> Starts:
    """
    Return where ways begin, as far as this session knows those facts: a claim may have asked another snapshot.

    Of starts that are alike, which lead the same way to the same targets, the first stands for all.
    """
    heads: dict[tuple[str, str], FactView] = {}
    for family in families:
        for head in family.heads[:1]:
            heads.setdefault((head.node.id, head.level), head)
    groups = []
    lines = []
    for head in heads.values():
        if (found := names.find(session, head.node.id)) is not None:
            named = Named(*found, "", head.level)
            groups.append((named, tuple(names.facts_of(session, named))))
            lines.append(StartLine(head))
    facts = tuple(sorted({fact for _, several in groups for fact in several}))
    return Starts(facts, tuple(groups), tuple(lines))


def _frontier(session: Session, claims: Iterable[ClaimResult], stopping: Iterable[Frontier]) -> tuple[Frontier, ...]:
    """Return the controls that stopped a way, and those that a claim rests on, the single points of failure first."""
    found = {one.blocker.control.id: one for one in stopping}
    uses: dict[str, list[ClaimUse]] = {}
    controls: dict[str, NodeView] = {}
    for claim in claims:
        for line in claim.rests_on.controls if claim.rests_on is not None else ():
            controls[line.control.id] = line.control
            uses.setdefault(line.control.id, []).append(ClaimUse(claim.id, line.single))
    states = {
        id_: (enforced, effect)
        for id_, enforced, effect in session.con.execute(
            "SELECT id, coalesce(enforced_now, 'unknown'), coalesce(effect, 'blocks') FROM base.node "
            "WHERE id IN (SELECT unnest(?::VARCHAR[])) AND kind IS NOT NULL",
            [sorted(controls.keys() - found.keys())],
        ).fetchall()
    }
    for id_, control in controls.items():
        if id_ not in found:
            enforced, effect = states.get(id_, ("unknown", "blocks"))
            found[id_] = Frontier(Blocker(control, enforced, effect, (), 0, None, ()), False)
        single = found[id_].single or any(use.single for use in uses[id_])
        found[id_] = replace(found[id_], claims=tuple(uses[id_]), single=single)
    return tuple(
        sorted(found.values(), key=lambda one: (one.single is not True, -len(one.claims), one.blocker.control.id))
    )


def _line(one: ClaimResult) -> ClaimLine:
    return ClaimLine(
        id=one.id,
        text=one.text,
        owner=one.owner,
        severity=one.severity,
        ticket=one.ticket,
        verdict=str(one.verdict),
        reason=one.reason,
        pairs=one.pairs,
        path=one.path,
        waivers=tuple(use.id for use in one.waivers),
    )
