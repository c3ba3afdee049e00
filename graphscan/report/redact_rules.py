"""Which fields of a report are words of ours, which are sentences, and what becomes of the rest when it is redacted."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from graphscan import kinds
from graphscan.analysis import build, gaps
from graphscan.techniques import registry

LEFT_OUT = "[redacted]"


def _spaced(kind: str) -> tuple[str, ...]:
    """Return the words of a node kind, one and several."""
    words = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in kind).split()
    return (*words, f"{words[-1]}s", f"{words[-1][:-1]}ies")


Pseudonym = Callable[[str, str], str]  # of a text, with the word that stands before it ("": by what it is known as)

# Fields that hold nothing but words of ours, by the name of their class.
OURS = {
    "FactView": {"level"},
    "EvidenceView": {"kind", "observed", "evidence"},
    "GapView": {"relation", "state"},
    "CoverageLine": {"relation", "state"},
    "Route": {"certainty"},
    "Reached": {"level", "certainty"},
    "Total": {"kind", "levels"},
    "SensitivityTotal": {"sensitivity"},
    "Blocker": {"enforced", "effect"},
    "HolderLine": {"observed"},
    "ExposedCredential": {"how", "observed", "certainty"},
    "DeathView": {"why", "evidence"},
    "LastUseView": {"said"},
    "RotationStep": {"action"},
    "AccessLine": {"kind"},
    "Moment": {"what"},
    "ClaimLine": {"severity", "verdict"},
    "WaiverLine": {"state", "expires"},
    "Unknown": {"hides"},
    "Handover": {"state", "console_shows", "step", "source"},
    "FirstMove": {"action", "effect"},
    "Since": {"snapshot"},
    "SourceDate": {"importer"},
    "Provenance": {"snapshot", "techniques", "version"},
    "ReportResult": {"tlp", "mode", "asset_sensitivity"},
    "SliceFact": {"level"},
    "LeftOut": {"kind", "sensitivity"},
    "Choice": {"action"},
    "Refused": {"action", "why"},
}
# Sentences of ours in which a name may stand.
SENTENCES = {
    "ClaimLine": {"reason"},
    "Since": {"notes"},
    "ReportResult": {"title", "verdict", "assumptions", "notes", "families_note", "as_of_note", "evaluated_note"},
}
# What somebody wrote freely, or may have.
FREE = {
    "StartLine": {"dead", "doubt"},
    "ExposedCredential": {"detail"},
    "DeathView": {"detail"},
    "ClaimLine": {"text"},
    "WaiverLine": {"reason"},
}
# Words that stand before a pseudonym where the field says what it is of.
SORTS = {
    ("EvidenceView", "relation"): "relation",
    ("EvidenceView", "where"): "place",
    ("GapView", "endpoint"): "endpoint",
    ("CoverageLine", "endpoint"): "endpoint",
    ("RuleView", "name"): "rule",
    ("RuleView", "policy"): "policy",
    ("DeathView", "where"): "place",
    ("LastUseView", "by"): "source",
    ("SourceDate", "source"): "source",
    ("HolderLine", "text"): "holder",
    ("ClaimLine", "id"): "claim",
    ("ClaimLine", "ticket"): "ticket",
    ("ClaimLine", "waivers"): "waiver",
    ("ClaimUse", "claim"): "claim",
    ("WaiverLine", "id"): "waiver",
    ("WaiverLine", "claim"): "claim",
    ("WaiverLine", "ticket"): "ticket",
}
_SOURCES_OF_OURS = frozenset({gaps.MERGED, "derived"})
_ERRORS_OF_OURS = frozenset({gaps.UNREACHED, gaps.OPEN_CONTROL})
_HEX = re.compile(r"[0-9a-f]*", re.ASCII)
_COUNTED = re.compile(r"\d[\d,]* (?:objects|controls|applications and hosts)", re.ASCII)
_PROVIDERS = frozenset({"okta", "atlassian", "aws", "github", "generic", "derived"})
# Subtypes that importers and examples of ours use; an application's own is often a tenant's word.
_SUBTYPES = frozenset(
    (
        "api_token",
        "session",
        "password",
        "client_secret",
        "private_key",
        "signing_key",
        "factor",
        "oauth_grant",
        "refresh_token",
        "agent_token",
        "stored_password",
        "hook_secret",
        "log_stream_token",
        "pat",
        "access_token",
        "ssh_key",
        "access_key",
        "deploy_key",
        "webhook_secret",
        "found_secret",
        "service_token",
        "implant",
        "hardware_key",
        "api_key",
        "unlisted",
        "group",
        "population",
        "anonymous",
        "person",
        "git",
        "mfa",
        "acl",
        "ip_allow_list",
        "ip_block_list",
        "condition",
        "barrier",
        "circumstance",
        "mechanism",
        "branch_restriction",
        "org",
        "iam_role",
        "iam_user",
        "egress_filter",
        "encryption",
        "access_control",
        "gateway",
        "plug-in",
        "issues",
        "pages",
    )
)
# What of a command line is ours: words, and the values of these options.
_WORDS = frozenset({"graphscan", "report"})
_PLAIN_OPTIONS = frozenset(
    {
        "--as-of",
        "--snapshot",
        "--evaluated",
        "--tlp",
        "--obtained",
        "--since",
        "--until",
        "--limit",
        "--today",
        "--acts-from",
    }
)
_OUTPUT = frozenset({"-o", "--output"})
_FILES = frozenset({"--incident", "--claims", "--since-report", "--techniques"})


# Words of our sentences: a thing that is called by one of them alone keeps its name where a sentence has that word.
_PROSE = """
about absent account accounts act acted administrator after again against all alone an and another any
anyone anything application applications are as asked asking asserts asset assets at attacker base be
became becomes been before begins behind believe blast blocks both bound but by can certain chain change
changed cheapest claim closes coalesce compared computed computing connections content control controls
copy could count counted counts credential credentials cut cuts damaged date day dead devices died
directory do does done each earlier edits effect else elsewhere end ends enforced every evidence excluded
exposed exposure fail failure falls far field file first following follows for found from further gives
graphscan groups had has have held help here hinders hold holder holds host hosts how id if in incident
ins inside instant integer inventory is it itself joins json kind kinds known larger last later lead left
list listed longer made may means mechanisms members minimal missed missing moment moments more most moves
name named networks never new newly no nobody node none not nothing now obtained of on one only open opens
or origins other out over own owners passed passes path paths people person pipelines places plug point
possible possibly proven proves publishes radius reach reached reaches read redacted relations remains
replaced replacement report reports repository rest rests right rights rotation run runs said same say
says search secret secrets select sensitive sets several short shown shows signing since single so some
somebody something stands start starts stated still stopped stops store stores system systems taken takes
talked technique than that the them then there they thing things this those ticket time timeline to
together too tried two under understood unknown unknowns unnest unread until unverified up upper use utc
value vendors was way ways were what when where whether which who whoever whose with write wrote yes yet
"""
OUR_WORDS = frozenset(
    (
        *_PROSE.split(),
        *(word for kind in kinds.NODE_KINDS for word in _spaced(kind)),
        *(level for family in kinds.FAMILIES.values() for level in family.levels),
    )
)


def kebab(kind: str) -> str:
    """Return `service-account` of `ServiceAccount`; what has no kind is a thing."""
    return "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in kind).strip("-") or "thing"


# Private functions: each returns what a field becomes, of its pseudonyms, the dataclass it is of, and its value


def _same(_name: Pseudonym, _owner: Any, value: str) -> str:
    return value


def _of_kind(name: Pseudonym, owner: Any, value: str) -> str:
    return name(value, kebab(owner.kind))


def _name_of(name: Pseudonym, owner: Any, value: str) -> str:
    """Return one pseudonym for both: that a thing has a name beside its id helps nobody who may know neither."""
    return name(owner.id, kebab(owner.kind)) if value else ""


def _provider(_name: Pseudonym, _owner: Any, value: str) -> str:
    return value if value in _PROVIDERS else ""


def _subtype(_name: Pseudonym, _owner: Any, value: str) -> str:
    return value if value in _SUBTYPES else ""


def _technique(name: Pseudonym, _owner: Any, value: str) -> str:
    return value if value in _titles() else name(value, "technique")


def _title(_name: Pseudonym, _owner: Any, value: str) -> str:
    return value if value in _titles().values() else LEFT_OUT


def _scope(name: Pseudonym, _owner: Any, value: str) -> str:
    return value if _COUNTED.fullmatch(value) else name(value, "")


def _source(name: Pseudonym, _owner: Any, value: str) -> str:
    return value if value in _SOURCES_OF_OURS else name(value, "source")


def _error(_name: Pseudonym, _owner: Any, value: str) -> str:
    return value if value in _ERRORS_OF_OURS or not value else LEFT_OUT


def _items(name: Pseudonym, _owner: Any, value: tuple[tuple[str, str, str], ...]) -> tuple[tuple[str, str, str], ...]:
    return tuple((name(id_, ""), _number(read), _number(of)) for id_, read, of in value)


def _nothing(_name: Pseudonym, _owner: Any, _value: str) -> str:
    return ""


def _inputs(name: Pseudonym, _owner: Any, value: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name(file, "file"), digest if _HEX.fullmatch(digest) else LEFT_OUT) for file, digest in value)


def _command(name: Pseudonym, _owner: Any, value: tuple[str, ...]) -> tuple[str, ...]:
    words: list[str] = []
    option = ""
    for word in value:
        if re.fullmatch(r"--?[a-z-]+", word):
            words.append(word)
            option = word
            continue
        if option in _OUTPUT:
            form, equals, file = word.partition("=")
            words.append(f"{form}{equals}{name(file, 'file')}")
        else:
            ours = option in _PLAIN_OPTIONS or (not option and word in _WORDS)
            words.append(word if ours else name(word, "file" if option in _FILES else ""))
        option = ""
    return tuple(words)


def _edits(name: Pseudonym, _owner: Any, value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{option} {name(node, '')}" for option, _, node in (one.partition(" ") for one in value))


def _number(text: str) -> str:
    return text if re.fullmatch(r"[\d,]*", text, re.ASCII) else LEFT_OUT


@cache
def _titles() -> dict[str, str]:
    """Return the built-in techniques, with their titles."""
    return build.titles(registry.load())


SPECIAL: dict[tuple[str, str], Callable[[Pseudonym, Any, Any], Any]] = {
    ("NodeView", "id"): _of_kind,
    ("NodeView", "name"): _name_of,
    ("NodeView", "kind"): _same,
    ("NodeView", "sensitivity"): _same,
    ("NodeView", "provider"): _provider,
    ("NodeView", "subtype"): _subtype,
    ("Hop", "technique"): _technique,
    ("Hop", "title"): _title,
    ("SliceStep", "technique"): _technique,
    ("SliceStep", "title"): _title,
    ("CoverageLine", "scope"): _scope,
    ("CoverageLine", "source_instance"): _source,
    ("CoverageLine", "error"): _error,
    ("GapView", "scope"): _scope,
    ("GapView", "source_instance"): _source,
    ("GapView", "error"): _error,
    ("EvidenceView", "source_instance"): _source,
    ("AccessLine", "items"): _items,
    ("Handover", "console"): _nothing,
    ("Provenance", "inputs"): _inputs,
    ("Provenance", "command"): _command,
    ("ReportResult", "edits"): _edits,
}
