"""What became of certificates that were derived again, as text."""

from graphscan.claims.verify_results import VerifyResult
from graphscan.report.text import words
from graphscan.report.text.nodes import identity, prose
from graphscan.report.text.screen import Screen


def verify(screen: Screen, result: VerifyResult) -> None:
    """Write one paragraph for each certificate, those that are not verified last, and a sentence of all."""
    for one in sorted(result.certificates, key=lambda one: bool(one.differences)):
        mark = ("not verified", "bold red") if one.differences else ("verified", "green")
        screen.flow(mark, "  ", identity(one.claim, "bold"), f"  {prose(one.text)}" if one.text else "")
        screen.flow((f"{prose(one.file, 2000)}, of the inventory at {prose(one.as_of)}", "dim"), indent=2, hang=4)
        screen.flow(
            f"{words.number(one.starts, 'start fact')}, {words.number(one.targets, 'target fact')}, "
            f"{words.number(one.closed, 'fact')} in the closed set.",
            indent=2,
        )
        for title, ids in (("Taken to hold", one.trust), ("Taken to have failed", one.distrust)):
            if ids:
                screen.flow(f"{title}: {prose(', '.join(ids), 2000)}.", indent=2, hang=4)
        for difference in one.differences:
            screen.flow("- ", prose(difference[:1].upper() + difference[1:], 2000), ".", indent=2, hang=4)
    bad = sum(bool(one.differences) for one in result.certificates)
    screen.blank()
    screen.flow(
        f"{words.number(len(result.certificates), 'certificate')}, {len(result.certificates) - bad:,} verified"
        + (f", {bad:,} not. Exit code 1." if bad else ".")
    )
