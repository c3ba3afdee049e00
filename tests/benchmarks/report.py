"""What was measured, for people: the same tables as plain text and as Markdown."""

from collections.abc import Sequence
from typing import Any

Table = tuple[str, tuple[str, ...], list[tuple[str, ...]]]

_HOW = """\
Written by `python3 dev.py bench`; do not edit. The graphs are generated, the same for each size everywhere: users,
nested groups (circles too), applications, roles, credentials, repositories, content, segments, hosts, pipelines and
controls, with heavy tails at both ends, most relations inside departments, about 15 % of the steps guarded.

Peers know no guards and no levels. They get the compiled steps as plain arcs from the source of each step to its
target, guards left out, each pair once, and search from the same start: a credential that reaches most of the graph.
These are fewer arcs than our steps, but without guards they lead a little further. "Guards left out" is our own engine
on those same arcs; it reaches exactly what they reach. The first paths lead to the fact that is found last; networkx's
are those of the plain arcs, so the two lists differ. Our reach is measured twice: with the compiled kernel, where it
was built, and in numpy alone.

Each library runs in a process of its own together with ours, in turns; a ratio is the median over those turns, so that
a busy machine slows both sides alike. Times of reach, paths and doubling are those of the processor. Stages and the
whole command are timed by the clock, which counts what else the machine does; their processor time stands beside. Read
ratios rather than seconds. Memory is the peak of a process, for libraries less what it held before the graph.
"""


def tables(result: dict[str, Any]) -> list[Table]:
    """Return title, headings and rows of each table."""
    found = [_bars(result), _graphs(result)]
    for one in result["sizes"]:
        found.append(_reach(one))
        found.append(_pipeline(one))
    return [table for table in found if table[2]]


def as_text(result: dict[str, Any]) -> str:
    """Return the tables with their columns aligned."""
    parts = [_line(result)]
    for title, headings, rows in tables(result):
        lines = [headings, *rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
        shown = ["  ".join(_aligned(line, widths)).rstrip() for line in lines]
        parts.append("\n".join([title, "-" * len(title), *shown]))
    return "\n\n".join(parts) + "\n"


def as_markdown(result: dict[str, Any]) -> str:
    """Return the page for the documentation."""
    parts = ["# Benchmark", _HOW.strip(), _line(result)]
    for title, headings, rows in tables(result):
        rule = ["---", *["---:"] * (len(headings) - 1)]
        parts.append(
            "\n".join([f"## {title}", "", *("| " + " | ".join(line) + " |" for line in (headings, rule, *rows))])
        )
    return "\n\n".join(parts) + "\n"


# Private functions

_RATIOS = ("known", "may", "plain", "known in numpy", "plain in numpy")


def _way(name: str) -> str:
    """Return in words how our reach was asked."""
    what, numpy, _ = name.partition(" in numpy")
    words = {"known": "known", "may": "possible too", "plain": "guards left out"}
    return f"{words[what]}, numpy alone" if numpy else f"{words[what]}, compiled"


def _aligned(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    first, *rest = zip(line, widths, strict=True)
    return [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]


def _line(result: dict[str, Any]) -> str:
    machine, versions = result["machine"], result["versions"]
    parts = [machine["processor"], machine["memory"], machine["system"], f"Python {machine['python']}"]
    libraries = ", ".join(f"{name} {number}" for name, number in versions.items())
    return f"{result['date']}; {', '.join(part for part in parts if part)}; {libraries}."


def _bars(result: dict[str, Any]) -> Table:
    rows: list[tuple[str, ...]] = []
    for bar in result["bars"]:
        asked = f"{'≤' if bar['at_most'] else '≥'} {bar['limit']:g} {bar['unit']}"
        value = "not measured" if bar["value"] is None else f"{bar['value']:.2f} {bar['unit']}"
        met = {None: "–", True: "met", False: "not met"}[bar["met"]]
        rows.append((f"{bar['what']}, {bar['nodes']:,} nodes", asked, value, met))
    return "What was asked", ("measure", "asked", "measured", ""), rows


def _graphs(result: dict[str, Any]) -> Table:
    rows: list[tuple[str, ...]] = []
    for one in result["sizes"]:
        graph = one["graph"]
        rows.append(
            (
                f"{graph['nodes']:,}",
                f"{graph['relations']:,}",
                f"{graph['table_steps']:,}",
                f"{graph['guarded']:.0%}",
                f"{graph['facts']:,}",
                f"{graph['steps']:,}",
                f"{graph['reached_known'] / graph['facts']:.0%}",
                f"{graph['reached_may'] / graph['facts']:.0%}",
                _seconds(graph["compile_seconds"]),
            )
        )
    headings = (
        "nodes",
        "relations",
        "steps",
        "guarded",
        "compiled facts",
        "compiled steps",
        "reached",
        "possibly",
        "compile",
    )
    return "The graphs", headings, rows


def _reach(one: dict[str, Any]) -> Table:
    ours = one["ours"]
    rows: list[tuple[str, ...]] = [
        (f"graphscan, {_way(name)}", _seconds(seconds), *("" for _ in _RATIOS), "", _memory(ours) if first else "")
        for first, (name, seconds) in zip([True, *[False] * 9], ours["seconds"].items(), strict=False)
    ]
    rows.append(("graphscan, load the cached arrays", _seconds(ours["load_seconds"]), *("" for _ in _RATIOS), "", ""))
    for peer in one["peers"]:
        ratio = peer["times_as_long_as_ours"]
        rows.append(
            (
                f"{peer['peer']} ({peer['version']})",
                _seconds(peer["seconds"]["peer"]),
                *(f"{ratio[name]:.2f}×" if name in ratio else "–" for name in _RATIOS),
                _seconds(peer["build_seconds"]),
                _memory(peer),
            )
        )
    headings = ("", "time", *(f"of ours, {_way(name)}" for name in _RATIOS), "build", "memory")
    return f"Reach at {one['graph']['nodes']:,} nodes", headings, rows


def _pipeline(one: dict[str, Any]) -> Table:
    rows: list[tuple[str, ...]] = []
    networkx = next((peer["build_seconds"] for peer in one["peers"] if peer["peer"].startswith("networkx")), None)

    def row(what: str, seconds: float, run: dict[str, Any] | None = None, note: str = "") -> None:
        ratio = "" if networkx is None else f"{seconds / networkx:.2f}×"
        used = (_seconds(run["cpu_seconds"]), _bytes(run["memory"])) if run else ("", "")
        rows.append((what, _seconds(seconds), used[0], ratio, used[1], note))

    if "build" in one:
        row("write the store", one["store"]["write_seconds"], note=f"{_bytes(one['store']['bytes'])} on disk")
        for stage in one["build"]["stages"]:
            row(stage["stage"], stage["seconds"], stage)
        for name, run in one["blast"].items():
            failed = "" if run["exit"] == 0 else f"failed with status {run['exit']}"
            row(f"graphscan blast, {name} cache", run["seconds"], run, failed)
    if "paths" in one:
        found, seconds = one["paths"]["found"], one["paths"]["seconds"]
        row(f"first {found['own']} paths", seconds["own"])
        row(
            f"networkx shortest_simple_paths, {found['peer']} paths",
            seconds["peer"],
            note=f"{one['paths']['ratio']:.0f}× ours",
        )
    if "growth" in one:
        seconds = one["growth"]["seconds"]
        times, turns = one["growth"]["ratio"], one["growth"]["rounds"]
        note = f"{times:.2f}× half the nodes ({_seconds(seconds['small'])}), {turns} turns"
        row("reach, known", seconds["large"], note=note)
    headings = ("", "time", "CPU time", "of building networkx's graph", "peak memory", "")
    return f"From store to answer at {one['graph']['nodes']:,} nodes", headings, rows


def _memory(run: dict[str, Any]) -> str:
    return _bytes(max(0, run["memory"] - run["memory_before"]))


def _bytes(count: int) -> str:
    return f"{count / 2**30:.2f} GiB" if count >= 2**30 else f"{count / 2**20:.0f} MiB"


def _seconds(value: float) -> str:
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.2f} ms" if value < 0.01 else f"{value * 1000:.0f} ms"
