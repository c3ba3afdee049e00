"""The facts file that an instance lacks: it imports as printed, imports filled in, and then closes what was open."""

from pathlib import Path

import pytest

from graphscan.model import Coverage, CoverageState, Node, Relation
from importers.atlassian.template import FACTS_ONLY, STATES, Instance, Unknown, template
from importers.atlassian.template_topics import TOPICS
from importers.facts import read

APP = "jira:acme:app"
EVIL = 'a"b\u202e\n#- {id: evil, kind: Host}\n\U0001f600'
UNKNOWN = (
    Unknown("ASSIGNED_TO", "", "who administers it", (APP,)),
    Unknown("INSTALLED_IN", "", "which plug-ins are installed", (APP,)),
    Unknown("RUNS_ON", "", "on which host", (APP,)),
    Unknown("TRUSTS", "", "application links", (APP,)),
    Unknown("HAS_CREDENTIAL", "", "tokens of other people"),
    Unknown("STORES", "", "secrets in issues"),
    Unknown(
        "MEMBER_OF", "/rest/api/2/group/member", f"members {EVIL}", ("jira:acme:group:x", f"jira:acme:group:{EVIL}")
    ),
    Unknown("CONTAINS", "/rest/api/2/project", "projects"),
    Unknown("REACHABLE_FROM", "", "from where it is reached", closable=False),
)
JIRA = Instance("jira", "acme", "dc", UNKNOWN, things=("jira:acme:issues:ENG", "jira:acme:issues:OPS"))


def lines(text: str) -> list[str]:
    """Return the lines that state something once their sign is taken away."""
    return [line for line in text.splitlines() if line.startswith(STATES)]


def filled_in(text: str) -> str:
    """Do what the file says: take the sign away, from every line."""
    return "\n".join(line.replace("#- ", "- ", 1) if line.startswith(STATES) else line for line in text.splitlines())


def imported(folder: Path, text: str) -> list[object]:
    """Return what the facts importer makes of a text."""
    (folder / "facts.yaml").write_text(text, encoding="utf-8")
    return list(read([folder / "facts.yaml"])[1])


def test_as_printed_it_states_nothing(tmp_path: Path) -> None:
    """It is a facts file, and nothing is true before somebody says so."""
    assert imported(tmp_path, template([JIRA], "2026-11-25")) == []


def test_filled_in_it_closes_each_thing_that_was_open(tmp_path: Path) -> None:
    """Every unknown that can be vouched for has its row, for the scope of the gap, and every example is a statement."""
    text = template([JIRA], "2026-11-25")
    found = imported(tmp_path, filled_in(text))
    closed = {(one.relation, one.scope) for one in found if isinstance(one, Coverage)}

    assert all(one.state is CoverageState.COMPLETE for one in found if isinstance(one, Coverage))
    assert closed == {
        ("ASSIGNED_TO", APP),
        ("INSTALLED_IN", APP),
        ("RUNS_ON", APP),
        ("TRUSTS", APP),
        ("HAS_CREDENTIAL", APP),
        ("STORES", "jira:acme:issues:ENG"),
        ("STORES", "jira:acme:issues:OPS"),
        ("MEMBER_OF", "jira:acme:group:x"),
        ("CONTAINS", APP),
        ("REACHABLE_FROM", APP),
        ("MEMBER_OF", "jira:acme:security-level-members:LEVEL"),
    }
    assert len(found) == len(lines(text))
    assert "1 more cannot be named here" in text
    assert "nothing that a line here could close" in text
    assert "from where it is reached" in text
    assert "evil" not in {one.id for one in found if isinstance(one, Node)}


def test_what_the_golden_case_needs_is_asked_for(tmp_path: Path) -> None:
    """Administrators, the plug-in with its restriction, host and segment, links, directories, and the local login."""
    found = imported(tmp_path, filled_in(template([JIRA], "2026-11-25")))
    relations = {(one.source.text, one.kind, one.target.text) for one in found if isinstance(one, Relation)}
    nodes = {one.id: one for one in found if isinstance(one, Node)}

    assert ("jira:acme:plugin:PLUG-IN", "INSTALLED_IN", APP) in relations
    assert (APP, "RUNS_ON", "HOST") in relations
    assert ("HOST", "IN_SEGMENT", "INSIDE") in relations
    assert (APP, "REACHABLE_FROM", "INSIDE") in relations
    assert {one.gives for one in found if isinstance(one, Relation) and one.kind == "ASSIGNED_TO"} == {
        "admin",
        "system",
    }
    plug_in = nodes["jira:acme:plugin:PLUG-IN"].properties
    assert {"runs_scripts", "restricted_to_system_admins"} <= set(plug_in)
    assert nodes["jira:acme:local-login-disabled"].kind == "Control"
    links = [one.properties for one in found if isinstance(one, Relation) and one.kind == "TRUSTS"]
    assert any("impersonation" in one for one in links)
    assert {one["link"] for one in links} == {"app_link", "directory", "saml"}
    assert nodes["jira:acme:app-upload"].subtype == "app_upload"


def test_only_what_is_unknown_is_asked_for() -> None:
    """What was read, or lies with the vendor, is not in the file; an instance without gaps keeps what nothing tells."""
    asked = ("/rest/authconfig/latest/idps", "/rest/authconfig/latest/sso")
    none = template([Instance("bitbucket", "acme", "dc", (), asked)], "2026-11-25")
    half = template([Instance("bitbucket", "acme", "dc", (), asked[:1])], "2026-11-25")
    cloud = template([Instance("jira", "acme", "cloud", UNKNOWN)], "2026-11-25")

    assert [line for line in lines(none) if "complete" in line] == [
        f'{STATES}{{relation: REACHABLE_FROM, scope: "bitbucket:acme:app", complete: true}}'
    ]
    assert "local-login" not in none
    assert "local-login" in half  # who is trusted was told, and not whether passwords are
    assert "ip-allowlist" in cloud
    assert "RUNS_ON, scope" in cloud
    assert not any("kind: Host" in one for one in lines(cloud))


def test_each_form_is_asked_in_its_own_words(tmp_path: Path) -> None:
    """Tokens of the Cloud are API tokens of an account; levels are asked of Data Center; variables of pipelines."""
    dc = template([JIRA], "2026-11-25")
    tokens = (Unknown("HAS_CREDENTIAL", "", "tokens"), Unknown("STORES", "", "secrets"))
    cloud = [Instance(one, "acme", "cloud", tokens) for one in ("jira", "confluence", "bitbucket")]
    text = template(cloud, "2026-11-25")

    assert "subtype: pat" in dc
    assert "security-level-members:LEVEL" in dc
    assert not any(word in text for word in ("subtype: pat", ":user:", "security-level", "impersonation"))
    assert not any(word in dc for word in ("atlassian:account", "api_token", "pipeline"))
    found = imported(tmp_path, filled_in(text))
    relations = {(one.source.text, one.kind, one.target.text) for one in found if isinstance(one, Relation)}
    assert ("atlassian:account:ACCOUNT-ID", "HAS_CREDENTIAL", "atlassian:token:TOKEN") in relations
    pipeline = "bitbucket:acme:pipeline:WORKSPACE/REPOSITORY"
    assert (pipeline, "STORES", "PIPELINE-SECRET") in relations
    assert ("STORES", pipeline) in {(one.relation, one.scope) for one in found if isinstance(one, Coverage)}


def test_several_instances_in_one_file(tmp_path: Path) -> None:
    """Things that several speak of are declared once, so that the file imports with every line taken."""
    wiki = Instance("confluence", "acme", "dc", (Unknown("STORES", "", "secrets in pages"), *UNKNOWN[1:3]))
    text = filled_in(template([JIRA, wiki], "2026-11-25"))

    found = imported(tmp_path, text)

    assert ("STORES", "confluence:acme:space:SPACE") in {
        (one.relation, one.scope) for one in found if isinstance(one, Coverage)
    }


@pytest.mark.parametrize("technique", FACTS_ONLY)
def test_each_technique_that_rests_on_facts_is_asked_for(technique: str) -> None:
    """None of them is only in a list."""
    assert any(technique in topic.techniques for topic in TOPICS)
