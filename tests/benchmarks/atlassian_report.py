"""The measurements of an Atlassian organisation as text, and as a section of the benchmark's page."""

from typing import Any

from tests.benchmarks.section import Section

_INSTANCES = {
    "bitbucket": "Bitbucket Data Center",
    "jira": "Jira Data Center",
    "confluence": "Confluence Data Center",
    "cloud": "Bitbucket Cloud",
}
_NAMES = {
    "permissions": "permission rows in Bitbucket",
    "jira_projects": "projects in Jira",
    "schemes": "permission schemes",
    "grants": "grants in each",
    "space_permissions": "permission rows of spaces",
    "admins": "administrators",
    "cloud_repositories": "repositories in Bitbucket Cloud",
    "cloud_projects": "projects there",
    "variables": "workspace variables",
}


# Private functions


def _lines(result: dict[str, Any]) -> list[str]:
    phases = result["phases"]
    build = phases["build"]
    rows = [(f"collect {_INSTANCES[name]}", one) for name, one in phases["collect"].items()]
    rows += [(f"import {_INSTANCES[name]}", one) for name, one in phases["import"].items()]
    rows += [(stage["stage"], stage) for stage in build["stages"]]
    blasts = (("cold", "cold cache"), ("warm", "warm cache"), ("admin", "warm cache, of a system administrator"))
    rows += [(f"blast, {named}", phases["blast"][kind]) for kind, named in blasts]
    machine = ", ".join(f"Python {value}" if name == "python" else value for name, value in result["machine"].items())
    sizes = ", ".join(f"{count:,} {_NAMES.get(name, name)}" for name, count in result["sizes"].items())
    about = (
        f"Generated (`tests/importers/servers/large_dc.py`), the same for the same sizes: {sizes}. "
        "Each instance is collected and imported by the command line itself, over HTTP "
        "from a server on this machine without a rate limit. The processor time of a collection is that of the client."
    )
    before, after = result["load"]
    busy = (
        f"Load of the machine before and after: {before:.1f} and {after:.1f}. Much more than 2 is other work: the "
        "clock counts it, the processor time does not."
    )
    lines = [
        f"{result['date']}; {machine}.",
        "",
        about,
        "",
        busy,
        "",
        "| phase | requests | a second | time | CPU time | peak memory |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, phase in rows:
        requests = f"{phase['requests']:,}" if "requests" in phase else ""
        rate = f"{phase['requests'] / phase['seconds']:,.0f}" if "requests" in phase else ""
        lines.append(
            f"| {name} | {requests} | {rate} | {phase['seconds']:.2f} s | {phase['cpu_seconds']:.2f} s "
            f"| {phase['memory'] / 2**20:,.0f} MiB |"
        )
    if result["share"] != 1:
        lines += ["", f"This is {result['share']:g} of the full size."]
    parts = ", ".join(f"{count:,} {name}" for name, count in build["parts"].items())
    steps = f"Steps: {build['steps']:,} of at most {build['bound']:,}, three for each relation and one for each node"
    lines += [
        "",
        f"{steps}: {parts}.",
        "Largest: " + ", ".join(f"{name} {count:,}" for name, count in build["largest"].items()) + ".",
        "",
        "| asked | at most | measured |  |",
        "| --- | ---: | ---: | ---: |",
    ]
    for bar in result["bars"]:
        met = "met" if bar["met"] else "not met"
        lines.append(f"| {bar['what']} | {bar['limit']:,.4g} | {bar['value']:,.4g} | {met} |")
    return lines


SECTION = Section("atlassian", "A large Atlassian organisation", _lines)
