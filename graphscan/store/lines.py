"""Records as lines of JSON, quickly: most of an import's are nodes and relations without anything rare about them."""

from datetime import datetime
from json.encoder import encode_basestring as quoted

from graphscan.kinds import NODE_KINDS, RELATION_KINDS
from graphscan.model import Classify, Coverage, EvidenceKind, Node, Observed, Relation
from graphscan.store.rows import line_of, properties_of, row_of, utc

# A member of an enumeration is written slowly; a text that was made once is not.
_EVIDENCE = {one: f'"{one}"' for one in EvidenceKind}
_OBSERVED = {one: f'"{one}"' for one in Observed}


def table_and_line(record: Node | Relation | Coverage | Classify) -> tuple[str, bytes]:
    """
    Return the table a record belongs to, and its row as a line of JSON; a column that is left out is NULL.

    Raises:
        ImportFailedError: as `rows.row_of`.
    """
    try:
        if type(record) is Relation and record.kind in RELATION_KINDS and not record.guarded_by:
            return "relations", _relation(record).encode()
        if type(record) is Node and record.kind in NODE_KINDS and _is_usual(record):
            return "nodes", _node(record).encode()
    except (UnicodeEncodeError, TypeError, KeyError):
        pass  # half of a surrogate pair, or something that is no text: the slow way knows what to do and what to say
    table, row = row_of(record)
    return table, line_of(row)


# Private functions


def _relation(one: Relation) -> str:
    line = (
        f'{{"id":"{one.id}","source":{quoted(one.source.text)},"kind":"{one.kind}","target":{quoted(one.target.text)},'
        f'"guarded_by":[],"observed":{_OBSERVED[one.observed]},"properties":{_properties(one)},{_evidence(one)}'
    )
    if one.needs is not None:
        line += f',"needs":{quoted(one.needs)}'
    if one.gives is not None:
        line += f',"gives":{quoted(one.gives)}'
    if one.via is not None:
        line += f',"via":{quoted(one.via.text)}'
    if one.valid_from is not None or one.valid_to is not None or one.stored_at is not None:
        line += _times(valid_from=one.valid_from, valid_to=one.valid_to, stored_at=one.stored_at)
    return line + "}\n"


def _is_usual(one: Node) -> bool:
    return bool(one.id) and not one.id.startswith("~") and not one.enforced and one.effect is None


def _node(one: Node) -> str:
    line = (
        f'{{"id":{quoted(one.id)},"kind":"{one.kind}","provider":{quoted(one.provider)},'
        f'"subtype":{quoted(one.subtype)},"name":{quoted(one.name)},"enforced":[],'
        f'"hypothetical":{"true" if one.hypothetical else "false"},"properties":{_properties(one)},{_evidence(one)}'
    )
    versions = ",".join(
        f'{{"precision":"{version.precision}","evidence":{_EVIDENCE[version.evidence]}'
        + _times(since=version.since, overlap_until=version.overlap_until)
        + "}"
        for version in one.versions
    )
    uses = ",".join(
        f'{{"by":{quoted(use.by)},"known":{"true" if use.known else "false"}'
        + ("" if use.lookback_days is None else f',"lookback_days":{int(use.lookback_days)}')
        + _times(at=use.at)
        + "}"
        for use in one.last_used
    )
    keys = ",".join(
        f'{{"type":{quoted(key.type)},"value":{quoted(key.value)},"scope":{quoted(key.scope)},'
        f'"verified":{"true" if key.verified else "false"}}}'
        for key in one.keys
    )
    labels = ",".join(map(quoted, one.labels))
    line += f',"versions":[{versions}],"last_used":[{uses}],"keys":[{keys}],"labels":[{labels}]'
    for name, value in (("owner", one.owner), ("state", one.state), ("sensitivity", one.sensitivity)):
        if value is not None:
            line += f',"{name}":{quoted(value)}'
    if one.item_count is not None:
        line += f',"item_count":{int(one.item_count)}'
    return line + _times(valid_from=one.valid_from, valid_to=one.valid_to, expires_at=one.expires_at) + "}\n"


def _properties(one: Node | Relation) -> str:
    return quoted(properties_of(dict(one.properties))) if one.properties else '"{}"'


def _evidence(one: Node | Relation) -> str:
    evidence = one.evidence
    said = f'"evidence":{_EVIDENCE[evidence.kind]},"evidence_where":{quoted(evidence.where)}'
    at = utc(evidence.at)
    return said if at is None else f'{said},"evidence_at":"{at}"'


def _times(**named: datetime | None) -> str:
    # Most have none or one.
    return "".join([f',"{name}":"{utc(at)}"' for name, at in named.items() if at is not None])
