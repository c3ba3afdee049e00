"""The measurements of the smallest fix as text, and as a section of the benchmark's page."""

from typing import Any

from tests.benchmarks.section import Section

_WHAT = {
    "organisation": "organisation",
    "dense": "dense random graph, 30 % guarded",
    "plain": "organisation without guards, each step a cut",
}
_SOLVERS = {"highs": "HiGHS", "own": "our branch and bound"}


# Private functions


def _lines(result: dict[str, Any]) -> list[str]:
    machine = ", ".join(f"Python {value}" if name == "python" else value for name, value in result["machine"].items())
    load = " and ".join(f"{one:.1f}" for one in result["load"])
    highs = f"HiGHS {result['highspy']}" if result["highspy"] else "HiGHS not installed"
    compiled = "compiled kernel" if result["kernel"] else "no compiled kernel"
    asked = (
        "Organisation: of a generated one, steps are drawn at random until so many are left. Taken over are 20 users "
        "that reach much; to be kept are 20 repositories and contents, drawn at random of those they can write to. "
        "Cuts: rotate a credential (cost 2), remove a membership, an assignment, a grant, a role or a sign-in as "
        "another (cost 1). Dense: steps between random nodes, 30 % with one or two further requirements; a tenth of "
        "the nodes taken over, 20 to be kept; one cut closes ten steps drawn at random and costs 1 to 3. Without "
        "guards: the organisation, each step a cut of its own at cost 1, beside igraph's minimum cut."
    )
    how = (
        "The time is by the clock, with the reach from the starts and the last check, without deriving and compiling; "
        "the processor time is of this process, without that of HiGHS in a process of its own. Each answer separates "
        "on a graph built again without what it closes. A cost of one number is proven, of two is the interval. "
        "*First*: of the cheapest sets the one told is proven to be the first (fewest, then in order of the list), "
        "which both solvers come to."
    )
    lines = [
        f"{result['date']}; {machine}; {highs}, {compiled}. Load of the machine before and after: {load}.",
        "",
        asked,
        "",
        how,
        "",
        "| asked | nodes | steps | cuts | solver | cost | cuts chosen | first | time | CPU time | peak memory |",
        "| --- | ---: | ---: | ---: | --- | ---: | ---: | --- | ---: | ---: | ---: |",
    ]
    for one in result["results"]:
        cost = f"{one['upper']:,}" if one["optimal"] else f"{one['lower']:,} to {one['upper']:,}"
        lines.append(
            f"| {_WHAT[one['what']]} | {one['nodes']:,} | {one['steps']:,} | {one['cuts']:,} "
            f"| {_SOLVERS[one['solver']]} | {cost} | {one['chosen']:,} | {'yes' if one['settled'] else 'no'} "
            f"| {one['seconds']:.2f} s | {one['processor_seconds']:.2f} s | {one['memory'] / 2**20:,.0f} MiB |"
        )
    for one in result["results"]:
        if "peer" in one:
            peer = one["peer"]
            lines += ["", f"igraph {peer['version']}, minimum cut: {peer['value']:,} in {peer['seconds']:.2f} s."]
            break
    if result["bars"]:
        lines += ["", "| asked | limit | measured |  |", "| --- | ---: | ---: | --- |"]
    for bar in result["bars"]:
        met = "met" if bar["met"] else "not met"
        lines.append(f"| {bar['what']} | {bar['limit']:g} | {bar['value']:.4g} | {met} |")
    return lines


SECTION = Section("fix", "The smallest fix", _lines)
