"""The measurements of an Okta organisation as text, and as a section of the benchmark's page."""

from typing import Any

from tests.benchmarks.section import Section

_ALLOWED = "That is 3 × (memberships + assignments + accounts + factors + credentials + targets) + nodes"


# Private functions


def _lines(result: dict[str, Any]) -> list[str]:
    sizes, phases = result["sizes"], result["phases"]
    build = phases["build"]
    how = "over HTTP from this machine, no rate limit" if result["over_http"] else "written without HTTP"
    rows = [("collect" if result["over_http"] else "write the snapshot", phases["collect"])]
    rows += [("import", phases["import"]), ("import of the products behind, not counted below", phases["products"])]
    rows += [(stage["stage"], stage) for stage in build["stages"]]
    blasts = (("cold", "cold cache"), ("warm", "warm cache"), ("admin", "warm cache, of a super administrator"))
    rows += [(f"blast, {named}", phases["blast"][kind]) for kind, named in blasts]
    behind = " and ".join(
        f"{source} ({sum(counts.values()):,} records)"
        for source, counts in sorted(phases["products"]["counts"].items())
    )
    parts = ", ".join(f"{count:,} {name}" for name, count in build["parts"].items())
    lines = [
        f"{result['date']}; {', '.join(_named(result['machine']))}.",
        "",
        "Generated (`tests/importers/servers/large_org.py`), the same for the same sizes: "
        + ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in sizes.items())
        + f". The pages came {how}. Products behind its applications, imported as well: {behind or 'none'}.",
        "",
        "| phase | requests | time | CPU time | peak memory |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, phase in rows:
        requests = f"{phase['requests']:,}" if "requests" in phase else ""
        lines.append(
            f"| {name} | {requests} | {phase['seconds']:.2f} s | {phase['cpu_seconds']:.2f} s "
            f"| {phase['memory'] / 2**20:,.0f} MiB |"
        )
    if result["share"] != 1:
        lines += [
            "",
            f"The limits below are those of the full size; this is {result['share']:g} of it, which shows less.",
        ]
    lines += [
        "",
        f"Steps: {build['steps']:,} of at most {build['bound']:,}. {_ALLOWED}: {parts}.",
        "Largest: " + ", ".join(f"{name} {count:,}" for name, count in build["largest"].items()) + ".",
        f"Users and administrators doubled: {' → '.join(f'{steps:,}' for steps in result['doubling']['steps'])} steps.",
        "",
        "| asked | at most | measured |  |",
        "| --- | ---: | ---: | ---: |",
    ]
    for bar in result["bars"]:
        met = "met" if bar["met"] else "not met"
        lines.append(f"| {bar['what']} | {bar['limit']:,.4g} | {bar['value']:,.4g} | {met} |")
    return lines


def _named(machine: dict[str, str]) -> list[str]:
    return [f"Python {value}" if name == "python" else value for name, value in machine.items()]


SECTION = Section("okta", "A large Okta organisation", _lines)
