// Who believes whom
// What accepts what another asserts: identity providers, directories, application links, roles.
// $limit (integer, default 200): the most rows
MATCH (one:Graphscan {owner: $owner})-[r:TRUSTS]->(other)
RETURN one.id AS believes, other.id AS whom, r.observed AS observed, r.evidence_where AS evidence
ORDER BY believes, whom LIMIT $limit
