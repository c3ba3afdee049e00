"""The statements of Cypher that write, made of checked names; all that comes from a tenant is a parameter."""

from collections.abc import Iterable

from graphscan.exchange.names import BASE, FIGURES, MARKS, literal
from graphscan.kinds import NODE_KINDS

SCHEMA = (
    f"CREATE CONSTRAINT graphscan_uid IF NOT EXISTS FOR (n:{BASE}) REQUIRE n.uid IS UNIQUE",
    f"CREATE INDEX graphscan_id IF NOT EXISTS FOR (n:{BASE}) ON (n.id)",
    f"CREATE INDEX graphscan_owner IF NOT EXISTS FOR (n:{BASE}) ON (n.owner, n.push)",
)
_OURS = frozenset({*NODE_KINDS, *MARKS, *FIGURES})


def nodes(labels: Iterable[str]) -> str:
    """
    Return the statement that merges `rows` of {uid, p} with these labels.

    Labels of ours that a node had before and has no more are taken away, those that somebody else gave it are not.
    """
    wanted = sorted(set(labels))
    added = "".join(f":{literal(one)}" for one in wanted)
    return (
        f"UNWIND $rows AS row MERGE (n:{BASE} {{uid: row.uid}}) "
        f"WITH n, row, [one IN labels(n) WHERE (one IN $ours OR one = n.provider) AND NOT one IN $labels] AS old "
        f"SET n{added} SET n += row.p REMOVE n:$(old)"
    )


def node_parameters(labels: Iterable[str]) -> dict[str, list[str]]:
    """Return the parameters that go with `nodes`."""
    return {"ours": sorted(_OURS), "labels": [BASE, *sorted(set(labels))]}


def relationships(type_: str) -> str:
    """Return the statement that merges `rows` of {s, t, rid, p} as relationships of a type, each by its digest."""
    return (
        f"UNWIND $rows AS row MATCH (a:{BASE} {{uid: row.s}}) MATCH (b:{BASE} {{uid: row.t}}) "
        f"MERGE (a)-[r:{literal(type_)} {{rid: row.rid}}]->(b) SET r += row.p"
    )


def many_relationships(type_: str) -> str:
    """
    Return the statement that does the same with `rows` of [s, t, rid, p], all with the properties of `common` as well.

    Lists without what is the same in every row are half the work for the driver, which writes every name anew.
    """
    return (
        f"UNWIND $rows AS row MATCH (a:{BASE} {{uid: row[0]}}) MATCH (b:{BASE} {{uid: row[1]}}) "
        f"MERGE (a)-[r:{literal(type_)} {{rid: row[2]}}]->(b) SET r += $common SET r += row[3]"
    )


# What one push says of how far it is, in the transaction of each batch.
NOTE = f"MATCH (s:{BASE}:Store {{uid: $store}}) SET s.unfinished = $push, s.batches = $done"

# Nobody tied anything of his own to a node.
NOBODY_ELSES = "NOT EXISTS { (n)-[r]-() WHERE r.owner IS NULL OR r.owner <> $owner }"

# Removal, a batch at a time: what this store owns and the last push did not say again.
STALE_RELATIONSHIPS = (
    f"MATCH (a:{BASE} {{owner: $owner}})-[r]->() WHERE r.owner = $owner AND r.run IS NULL AND r.push <> $push "
    "WITH r LIMIT $most DELETE r"
)
STALE_NODES = (
    f"MATCH (n:{BASE} {{owner: $owner}}) WHERE n.push <> $push AND n.run IS NULL AND NOT n:Gone "
    f"AND {NOBODY_ELSES} WITH n LIMIT $most DETACH DELETE n"
)
# A node that is gone, and to which somebody has tied something of his own, is labelled so and left.
GONE_NODES = f"MATCH (n:{BASE} {{owner: $owner}}) WHERE n.push <> $push AND n.run IS NULL"
RUN_RELATIONSHIPS = (
    f"MATCH (a:{BASE} {{owner: $owner}})-[r]->() WHERE r.owner = $owner AND r.run = $run AND r.push <> $push "
    "WITH r LIMIT $most DELETE r"
)
RUN_STALE = f"MATCH (n:{BASE} {{owner: $owner}}) WHERE n.run = $run AND n.push <> $push"
RUN_NODES = f"{RUN_STALE} AND {NOBODY_ELSES} WITH n LIMIT $most DETACH DELETE n"
ALL_RELATIONSHIPS = f"MATCH (a:{BASE} {{owner: $owner}})-[r]->() WHERE r.owner = $owner WITH r LIMIT $most DELETE r"
ALL_NODES = f"MATCH (n:{BASE} {{owner: $owner}}) WHERE {NOBODY_ELSES} WITH n LIMIT $most DETACH DELETE n"
