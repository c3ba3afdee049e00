"""The measurements of exposure as text, and as a section of the benchmark's page."""

from typing import Any

from tests.benchmarks.section import Section

_WAYS = {
    "kernel": "graphscan, compiled kernel: both bounds",
    "numpy": "graphscan, numpy alone: both bounds",
    "graphblas": "GraphBLAS, all assets at once: upper bound",
    "scipy": "scipy, a reverse search for each asset: upper bound",
    "reverse": "graphscan, a reverse reach for each asset: upper bound",
}


# Private functions


def _lines(result: dict[str, Any]) -> list[str]:
    machine = ", ".join(f"Python {value}" if name == "python" else value for name, value in result["machine"].items())
    load = ", ".join(f"{one:.1f}" for one in result["load"])
    about = (
        "Every user, service account and credential of a generated organisation, each alone, against assets drawn at "
        "random. The bounds are computed from the compiled graph in memory, with both reaches, arcs and rows; the "
        "others get the arcs of the upper bound ready made, and one thread. In one process, processor time, the median "
        f"of {result['rounds']} rounds for ours, once for the others. Load of the machine meanwhile: {load}."
    )
    lines = [f"{result['date']}; {machine}.", "", about]
    for one in result["graphs"]:
        lines += ["", *_graph(one)]
    if result["bars"]:
        lines += ["", "| asked | at most | measured |  |", "| --- | ---: | ---: | ---: |"]
        for bar in result["bars"]:
            met = "met" if bar["met"] else "not met"
            lines.append(f"| {bar['what']} | {bar['limit']:g} | {bar['value']:.2f} | {met} |")
    return lines


def _graph(one: dict[str, Any]) -> list[str]:
    seconds, exact = one["seconds"], one["exact"]
    ours = seconds.get("kernel", seconds["numpy"])
    about = (
        f"{one['nodes']:,} nodes, {one['steps']:,} steps ({one['guarded']:.0%} of those derived are guarded), "
        f"{one['identities']:,} identities, {one['assets']:,} assets:"
    )
    lines = [about, "", "| asked | time | of graphscan's |", "| --- | ---: | ---: |"]
    for name, what in _WAYS.items():
        if name in seconds:
            estimated = name in ("scipy", "reverse") and one["searched"] < one["assets"]
            note = f" ({one['searched']} of {one['assets']} measured)" if estimated else ""
            lines.append(f"| {what}{note} | {seconds[name]:,.2f} s | {seconds[name] / ours:,.1f}× |")
    lines += [f"Not measured: {name} ({why})." for name, why in one["missing"].items()]
    way = "with the kernel" if exact["kernel"] else "without the kernel"
    settled = (
        f"Pairs: {one['pairs_lower']:,} proven and {one['pairs_upper'] - one['pairs_lower']:,} between the bounds. "
        f"Settling within a budget of {exact['budget']:,} steps took {exact['seconds']:,.1f} s in all, {way}: "
        f"{exact['followed']:,} kinds of identity were followed, {exact['left']:,} left; {exact['pairs_lower']:,} "
        f"pairs are proven and {exact['unsettled']:,} not settled. Memory of the process: "
        f"{one['memory'] / 2**20:,.0f} MiB."
    )
    return [*lines, "", settled]


SECTION = Section("exposure", "Who reaches what", _lines)
