"""The measurements with Neo4j as text, and as a section of the benchmark's page."""

from typing import Any

from tests.benchmarks.section import Section

_WAYS = {
    "push": "`graphscan neo4j push`",
    "auto-commit": "MERGE, auto-commit, 1,000 rows, unsorted",
    "fastest": "MERGE, managed transactions, 10,000 rows as lists, sorted by both ends",
}


# Private functions


def _lines(result: dict[str, Any]) -> list[str]:
    machine = ", ".join(f"Python {value}" if name == "python" else value for name, value in result["machine"].items())
    load = ", ".join(f"{one:.1f}" for one in result["load"])
    rounds = f"median of {result['rounds']} rounds whose order rotates" if result["rounds"] > 1 else "one run each"
    about = (
        f"A generated inventory, pushed with its attack steps: {result['nodes']:,} nodes, {result['relationships']:,} "
        "relationships. The push is the command itself, its graph compiled before; its whole time has the "
        "start of Python, reading the store and counting at the end in it. The two loaders get the same rows with the "
        "same properties from a file and so do not make them. Each, the push too, loads into a server started for it "
        f"alone, whose compiler is cold: no one gains from the one before ({rounds})."
    )
    columns = ("relationships a second", "relationships", "whole", "CPU time", "memory")
    lines = [
        f"{result['date']}; {machine}; Neo4j Community {result['server']}, heap {result['heap']} MiB.",
        "",
        about,
        "",
        f"Load of the machine before, between and after: {load}. Much more than 2 is other work: the clock counts it.",
        "",
        f"| loader | {' | '.join(columns)} | server's CPU time | server's memory |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {_WAYS[way]} | {one['rate']:,.0f} | {one['relationship_seconds']:.1f} s | {one['seconds']:.1f} s "
        f"| {one['cpu_seconds']:.1f} s | {one['memory'] / 2**20:,.0f} MiB | {one['server_cpu_seconds']:.1f} s "
        f"| {one['server_memory'] / 2**20:,.0f} MiB |"
        for way, one in result["loads"].items()
    ]
    if result["share"] != 1:
        lines += ["", f"This is {result['share']:g} of the full size."]
    lines += ["", "| asked | at least | measured |  |", "| --- | ---: | ---: | ---: |"]
    for bar in result["bars"]:
        met = "met" if bar["met"] else "not met"
        lines.append(f"| {bar['what']} | {bar['limit']:g} | {bar['value']:.2f} | {met} |")
    return [*lines, "", *_reach(result["reach"])]


def _reach(reach: dict[str, Any]) -> list[str]:
    seconds, ratio, walk = reach["seconds"], reach["ratio"], reach["walk"]
    about = (
        f"What the attacker of the demonstration reaches: {reach['facts']:,} facts about {reach['nodes']:,} things. "
        "Asked in turns, warm, by the clock; the fixpoint in Cypher is one query a round, with the facts held so far "
        "as parameters, and finds exactly what graphscan finds. The plain walk follows the relationships of steps, "
        f"{reach['bound']} at most, without levels and requirements. Of its paths, those of up to "
        f"{reach['path_bound']} relationships (the first {reach['most']:,}) are looked at one by one; a path is false "
        "where it has a hop that this attacker can never take, whatever else he does."
    )
    false = (
        f"{walk['false_targets']:,} of the {walk['targets']:,} things it finds are not reached; "
        f"{walk['false_paths']:,} of {walk['paths']:,} paths are false"
    )
    rows = (
        ("graphscan, from the compiled arrays", "ours", ""),
        ("fixpoint in Cypher", "fixpoint", f"{reach['rounds']} queries"),
        ("plain walk in Cypher", "walk", false),
    )
    lines = [about, "", "| asked | time | of graphscan's |  |", "| --- | ---: | ---: | --- |"]
    for name, one, said in rows:
        times = f"{ratio[one]:,.0f}×" if one in ratio else ""
        lines.append(f"| {name} | {seconds[one] * 1000:,.1f} ms | {times} | {said} |")
    return lines


SECTION = Section("neo4j", "The graph in Neo4j", _lines)
