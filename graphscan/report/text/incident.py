"""`graphscan incident` as text: what is not proven dead, what it opens together, what to do first."""

from graphscan.analysis.incident_results import IncidentResult, State
from graphscan.report.text import parts, words
from graphscan.report.text.incident_missed import missed as not_proven_dead
from graphscan.report.text.incident_rest import made, order, residual
from graphscan.report.text.incident_words import day, step
from graphscan.report.text.nodes import counted, identity, prose
from graphscan.report.text.screen import Piece, Screen


def incident(screen: Screen, result: IncidentResult) -> None:
    """Write the whole answer, the verdict first."""
    _verdict(screen, result)
    not_proven_dead(screen, result)
    order(screen, result)
    residual(screen, result)
    made(screen, result)
    _progress(screen, result)
    _premises(screen, result)
    for note in result.notes:
        screen.flow((prose(note), "yellow"), indent=2, hang=4)


# Private functions: the sections


def _verdict(screen: Screen, result: IncidentResult) -> None:
    missed, exposed = len(result.missed), len(result.credentials)
    remaining = len(result.remaining)
    pieces: list[Piece] = []
    if not exposed:
        pieces.append(("Nothing was exposed by then", "bold"))
    elif missed:
        pieces += [
            (f"{missed:,} of {words.number(exposed, 'exposed credential')}", "bold red"),
            f" {'is' if missed == 1 else 'are'} not proven dead",
        ]
    else:
        pieces += [("Every exposed credential is proven dead", "bold green"), f" ({exposed:,} of {exposed:,})"]
    if remaining:
        word = f"{'thing' if remaining == 1 else 'things'} that the attacker may have made"
        still = f"{'is' if remaining == 1 else 'are'} still there"
        joined = ", and " if missed else ", but "
        pieces += [joined, (f"{remaining:,} {word} {still}", "bold red")]
    if missed or remaining:
        pieces += [". ", *_opens(result)]
    else:
        pieces.append(".")
        if result.out_since is not None:
            pieces += [" The last of it died ", (words.moment(result.out_since), "bold"), "."]
    first = result.order[0] if result.order else None
    if first is not None:
        closes = f", which closes {first.closes:,} of {first.closes + first.left:,}" if first.closes else ""
        pieces += [" Do first: ", *step(first), f"{closes}."]
    screen.flow(*pieces)


def _opens(result: IncidentResult) -> list[Piece]:
    if result.residual:
        together = "Together they open" if len(result.missed) + len(result.remaining) > 1 else "It opens"
        return [f"{together} ", (counted(result.residual), "bold red"), "."]
    if result.residual_possibly:
        possibly = counted(result.residual_possibly)
        return ["They open ", ("nothing sensitive for certain", "bold"), f", possibly {possibly}."]
    return ["As far as was read they open ", ("nothing sensitive", "bold"), "."]


def _progress(screen: Screen, result: IncidentResult) -> None:
    dead, exposed = len(result.dead), len(result.credentials)
    screen.heading("Progress", f"{dead:,} of {exposed:,} proven dead")
    counts: dict[State, int] = {}
    for one in result.credentials:
        counts[one.state] = counts.get(one.state, 0) + 1
    said = [f"{state} {counts[state]:,}" for state in State if state in counts]
    if said:
        screen.flow("; ".join(said), indent=2)
    whys: dict[str, int] = {}
    for one in result.dead:
        if one.death is not None:
            whys[one.death.why] = whys.get(one.death.why, 0) + 1
    if whys:
        proofs = "; ".join(f"{prose(why)} {count:,}" for why, count in sorted(whys.items(), key=lambda item: -item[1]))
        screen.flow(("proof of death: ", "dim"), proofs, indent=2, hang=4)


def _premises(screen: Screen, result: IncidentResult) -> None:
    screen.heading("Incident", prose(result.name))
    for line in result.holders:
        begins = "?" if line.begins is None else day(line.begins)
        ends = "not over" if line.ends is None else day(line.ends)
        doubt = "" if line.observed == "yes" else f", {prose(line.observed)}"
        screen.flow(
            identity(line.text),
            (f"  {begins} to {ends}{doubt}: {words.number(line.credentials, 'credential')}", "dim"),
            indent=2,
            hang=4,
        )
    if result.acts_from is not None:
        screen.flow(("the attacker acts from ", "dim"), words.moment(result.acts_from), indent=2)
    parts.assumptions(screen, result.as_of, result.as_of_note, ())
    screen.heading("Not read", words.number(len(result.coverage), "gap") if result.coverage else "")
    parts.coverage(screen, result.coverage, reached_counts=bool(result.coverage))
