// Who breaks when a credential is replaced
// Whatever holds or stores a copy of a credential, has the same value, or acts with it.
// $id (text): the id of the credential
// $limit (integer, default 200): the most rows
MATCH (credential:Credential {owner: $owner, id: $id})
MATCH (credential)-[r:HELD_BY|STORES|HAS_CREDENTIAL|SAME_SECRET]-(other:Graphscan {owner: $owner})
RETURN DISTINCT other.id AS id, other.name AS name, type(r) AS how, r.observed AS observed
ORDER BY how, id, observed LIMIT $limit
