"""Say at the end of a run which of the tests that need recorded vendor replies ran."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Count the tests marked `shared` by how they ended."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for outcome in counts:
        counts[outcome] = sum("shared" in report.keywords for report in terminalreporter.stats.get(outcome, []))
    if any(counts.values()):
        ended = ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count)
        terminalreporter.write_line(f"tests on recorded vendor replies beside the checkout: {ended}")
