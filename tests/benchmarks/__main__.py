"""
Run the benchmark: `python3 dev.py bench`, or `python -m tests.benchmarks` at the root of the checkout.

`python3 dev.py bench okta` measures a large Okta organisation instead, and nothing else; see `okta --help`. So does
`python3 dev.py bench atlassian` of an Atlassian organisation, `python3 dev.py bench neo4j` of the graph in Neo4j,
`python3 dev.py bench fix` of the smallest set of cuts, and `python3 dev.py bench huge` of the engine at 10⁷ nodes.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import (
    atlassian,
    atlassian_report,
    cut,
    cut_report,
    exposure,
    exposure_report,
    huge,
    neo4j,
    neo4j_report,
    okta,
    okta_report,
    report,
)
from tests.benchmarks.run import FULL, measure

_DOCS = Path(__file__).parents[2] / "docs"
_QUICK = 2_000


def main() -> None:
    """Measure, print, and write `benchmarks.json` and `benchmarks.md`; missed bars are said and fail nothing."""
    if sys.argv[1:2] == ["okta"]:
        okta.main(sys.argv[2:])
        return
    if sys.argv[1:2] == ["atlassian"]:
        atlassian.main(sys.argv[2:])
        return
    if sys.argv[1:2] == ["exposure"]:
        exposure.main(sys.argv[2:])
        return
    if sys.argv[1:2] == ["fix"]:
        cut.main(sys.argv[2:])
        return
    if sys.argv[1:2] == ["huge"]:
        huge.main(sys.argv[2:])
        return
    if sys.argv[1:2] == ["neo4j"]:
        neo4j.main(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(
        prog="tests.benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default=f"10000,100000,{FULL}", help="nodes, separated by commas")
    parser.add_argument(
        "--quick", action="store_true", help=f"a smoke run of {_QUICK:,} nodes; writes no documentation"
    )
    parser.add_argument(
        "--graphs-only", action="store_true", help="leave out stores, their stages and the whole command"
    )
    parser.add_argument("--output", type=Path, help="folder for the results (default: docs; --quick: none)")
    parser.add_argument("--work", type=Path, help="keep graphs and stores in this folder")
    options = parser.parse_args()
    try:
        sizes = [_QUICK] if options.quick else [int(one) for one in options.sizes.split(",")]
    except ValueError:
        parser.error("--sizes takes whole numbers separated by commas")
    if min(sizes) < 1000:
        parser.error("--sizes must each be at least 1000")
    output = options.output or (None if options.quick else _DOCS)
    with tempfile.TemporaryDirectory(prefix="graphscan-bench-") as scratch:
        work = options.work or Path(scratch)
        result = measure(
            sizes,
            work,
            say=lambda text: print(text, file=sys.stderr, flush=True),
            command=not options.graphs_only,
        )
    print(report.as_text(result), end="")
    if output:
        output.mkdir(parents=True, exist_ok=True)
        (output / "benchmarks.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        page = output / "benchmarks.md"
        before = page.read_text(encoding="utf-8") if page.exists() else ""
        others = (okta_report, atlassian_report, neo4j_report, exposure_report, cut_report)
        kept = "".join(one.SECTION.of(before) for one in others)
        page.write_text(report.as_markdown(result) + kept, encoding="utf-8")
        print(f"\nwritten: {output.name}/benchmarks.json and {output.name}/benchmarks.md")


if __name__ == "__main__":
    main()
