"""The benchmark of a large Atlassian organisation: what it is made of, and that it stands once in its page."""

from tests.benchmarks import atlassian_report
from tests.importers.servers.dc_bitbucket import Bitbucket
from tests.importers.servers.large_dc import Sizes, generate, workspace
from tests.importers.servers.loopback import Request


def test_it_is_as_large_as_it_says() -> None:
    """Rows, tokens, groups and variables are as many as asked for, and the groups nest in a circle."""
    sizes = Sizes()
    found = generate(sizes)

    assert sum(len(one.repositories) for one in found.code_projects) == sizes.repositories == 12_000
    assert (len(found.code_projects), len(found.people)) == (sizes.projects, sizes.users) == (600, 3_000)
    assert sum(len(rows) for one in found.code_projects for rows in one.permissions.values()) == 15_000
    assert sum(map(len, found.tokens.values())) == sizes.tokens == 300
    nested = {name: team.teams for name, team in found.teams.items() if name != "everybody"}
    assert len(nested) == sizes.groups == 300
    assert sum(map(len, nested.values())) == 300
    # Whoever is in the outermost group is in the last, which is inside the outermost.
    assert found.inside("group-0000") == found.inside("group-0299") != found.of("group-0000")
    assert len(workspace(sizes).variables) == 50
    assert generate(sizes).code_projects == found.code_projects


def test_its_server_answers() -> None:
    """A part of it, asked as the importer asks."""
    answer = Bitbucket(generate(Sizes().times(0.01)))
    request = Request("GET", "/rest/api/latest/repos", {"limit": "1000"}, "", {"Authorization": "Basic x"}, 1)
    assert answer(request).body.count(b'"slug"') == 120


def test_the_section_stands_once_in_the_page() -> None:
    """Writing it again replaces it, and what is around it stays."""
    spent = {"seconds": 2.0, "cpu_seconds": 1.0, "memory": 2**20}
    result = {
        "date": "2026-01-01",
        "machine": {"processor": "one", "python": "3.11"},
        "load": [0.5, 1.5],
        "share": 0.5,
        "sizes": {"users": 1, "grants": 2},
        "phases": {
            "collect": {"bitbucket": {**spent, "requests": 50}},
            "import": {"bitbucket": spent},
            "build": {"stages": [], "steps": 1, "bound": 2, "parts": {"nodes": 2}, "largest": {"x": 1}},
            "blast": dict.fromkeys(("cold", "warm", "admin"), spent),
        },
        "bars": [{"what": "w", "limit": 2.0, "value": 1.0, "met": True}],
    }
    once = atlassian_report.SECTION.into("# Benchmark\n\nbefore\n", result)
    assert "| collect Bitbucket Data Center | 50 | 25 | 2.00 s | 1.00 s | 1 MiB |" in once
    assert "2 grants in each" in once and "This is 0.5 of the full size." in once
    assert once.startswith("# Benchmark\n\nbefore\n")
    assert atlassian_report.SECTION.into(once, result) == once
    assert atlassian_report.SECTION.of(once).strip() in once
    assert atlassian_report.SECTION.of("# Benchmark\n") == ""
