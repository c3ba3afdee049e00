"""Policies as real organisations sent them from 2020 to 2026, and as the vendor documents them: every one is mapped."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graphscan.kinds import SIGN_INS
from graphscan.model import Node, Record
from importers._http import Page
from importers._redact import redact
from importers._snapshot import Snapshot
from importers._snapshot_writer import SnapshotWriter
from importers.okta import endpoints as ends
from importers.okta.normalise import Normaliser
from tests.importers.servers import recorded_org

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not recorded_org.RECORDINGS.is_file(), reason="the recorded replies are not beside the checkout"
    ),
]

_AT = datetime(2026, 1, 1, tzinfo=UTC)
# What is recorded of policies and what goes with them, one object each time: as which listing it is read here.
_OBJECTS = (
    (r"/api/v1/policies/[^/]+/rules(/[^/]+)?", ends.POLICY_RULES),
    (r"/api/v1/policies/[^/]+/mappings", ends.POLICY_MAPPINGS),
    (r"/api/v1/policies(/[^/]+)?", ""),
    (r"/api/v1/authenticators/[^/]+/methods", ends.AUTHENTICATOR_METHODS),
    (r"/api/v1/authenticators(/[^/]+)?", ends.AUTHENTICATORS),
    (r"/api/v1/device-assurances(/[^/]+)?", ends.DEVICE_ASSURANCES),
    (r"/api/v1/meta/types/user(/[^/]+)?", ends.USER_TYPES),
)


def _endpoint(path: str) -> str | None:
    return next((endpoint for pattern, endpoint in _OBJECTS if re.fullmatch(pattern, path)), None)


def _as_pages(path: str, body: Any) -> Iterator[Page]:
    """Yield the listings in which a recorded body would have come; a policy's type says in which."""
    endpoint = _endpoint(path)
    if endpoint is None:
        return
    rows = body if isinstance(body, list) else [body]
    parts = path.split("/")
    if endpoint == ends.POLICY_RULES:
        yield Page(endpoint, "/".join(parts[:6]), "", 200, {}, redact(rows))
    elif endpoint == "":
        for one in rows:
            yield Page(ends.POLICIES[one["type"]], "/api/v1/policies", f"type={one['type']}", 200, {}, redact([one]))
    else:
        listing = path if endpoint.endswith(("/methods", "/mappings")) else endpoint
        yield Page(endpoint, listing, "", 200, {}, redact(rows))


def _normalised(path: Path, pages: list[Page]) -> tuple[Normaliser, list[Record]]:
    with SnapshotWriter(path, "okta", "okta:recorded", "https://test.okta.com", _AT) as snapshot:
        for page in pages:
            snapshot.page(page)
        snapshot.finish(_AT, True)
    normaliser = Normaliser(Snapshot(path))
    return normaliser, list(normaliser.records())


def test_every_recorded_policy_rule_and_authenticator_is_mapped(tmp_path: Path) -> None:
    """Each by itself, whatever its year: no exception, nothing put aside, nothing in words that nobody decides."""
    counted: Counter[str] = Counter()
    undecidable = []
    for number, one in enumerate(recorded_org.recordings()):
        if one["status"] != 200:
            continue
        for part, page in enumerate(_as_pages(one["path"], one["body"])):
            normaliser, records = _normalised(tmp_path / f"{number}-{part}", [page])
            (tally,) = normaliser.tally.values()
            assert (tally.not_understood, tally.repeated) == (0, 0), (one["path"], records[-1])
            counted[page.endpoint] += tally.imported
            nodes = [node for node in records if isinstance(node, Node)]
            undecidable += [node.properties["undecidable"] for node in nodes if "undecidable" in node.properties]

    assert counted[ends.POLICIES["ACCESS_POLICY"]] == 7
    assert counted[ends.POLICIES["OKTA_SIGN_ON"]] > 5
    assert counted[ends.POLICIES["PASSWORD"]] == 3
    assert counted[ends.POLICY_RULES] > 7
    assert counted[ends.AUTHENTICATORS] > 10
    assert counted[ends.AUTHENTICATOR_METHODS] > 10
    assert counted[ends.DEVICE_ASSURANCES] > 7
    assert counted[ends.USER_TYPES] > 5
    assert undecidable == []


def _examples() -> Iterator[tuple[str, Any]]:
    """Yield (path, body) of the vendor's own examples of these end points."""
    with gzip.open(recorded_org.RECORDINGS.parent / "openapi.json.gz", "rt", encoding="utf-8") as text:
        described = json.load(text)

    def followed(item: Any) -> Any:
        while isinstance(item, dict) and "$ref" in item:
            found = described
            for part in item["$ref"].split("/")[1:]:
                found = found[part]
            item = found
        return item

    for template, operations in described["paths"].items():
        path = re.sub(r"\{(\w+)\}", r"x\1", template)
        if _endpoint(path) is None:
            continue
        reply = followed(operations["get"]["responses"].get("200", {}))
        content = reply.get("content", {}).get("application/json", {})
        for example in content.get("examples", {}).values():
            value = followed(example).get("value")
            if value is not None:
                yield path, value


def test_every_documented_policy_and_rule_is_mapped(tmp_path: Path) -> None:
    """Each type of policy and of rule that the vendor shows an example of; levels are levels."""
    subtypes: Counter[str] = Counter()
    for number, (path, body) in enumerate(_examples()):
        for part, page in enumerate(_as_pages(path, body)):
            normaliser, records = _normalised(tmp_path / f"{number}-{part}", [page])
            (tally,) = normaliser.tally.values()
            assert (tally.not_understood, tally.repeated) == (0, 0), (path, body, records[-1])
            for node in records:
                if isinstance(node, Node):
                    subtypes[node.subtype] += 1
                    assert node.properties.get("needs", "mfa") in SIGN_INS

    for word in ("sign_on", "enrolment", "password", "idp_discovery", "profile_enrollment", "post_auth_session"):
        assert subtypes[f"{word}_policy"] > 0, word
        assert subtypes[f"{word}_rule"] > 0, word
    assert subtypes["entity_risk_rule"] > 0
    assert subtypes["session_violation_detection_rule"] > 0
    assert subtypes["authenticator"] > 3


def test_types_that_are_in_no_list_survive(tmp_path: Path) -> None:
    """A policy and a rule of a type that a later version brings are kept under their own words."""
    policy = {"id": "00p1", "type": "DREAM_POLICY", "status": "LUCID", "name": "Dreams", "priority": "first"}
    rule = {"id": "0pr1", "type": "DREAM_RULE", "status": "ACTIVE", "actions": {"dream": {"of": "sheep"}}}
    pages = [
        Page(ends.POLICIES["ACCESS_POLICY"], "/api/v1/policies", "", 200, {}, [policy]),
        Page(ends.POLICY_RULES, "/api/v1/policies/00p1/rules", "", 200, {}, [rule]),
    ]
    _, records = _normalised(tmp_path / "dreams", pages)
    nodes = {one.id: one for one in records if isinstance(one, Node)}

    kept = nodes["okta:recorded:policy:00p1"]
    assert (kept.kind, kept.subtype, kept.state) == ("Policy", "dream_policy", "lucid")
    assert nodes["okta:recorded:rule:00p1:0pr1"].properties["actions"] == ["dream.of=sheep"]
