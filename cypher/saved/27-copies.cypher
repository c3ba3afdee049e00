// Who breaks when a credential is replaced
// Everything that holds or stores a copy of a credential, and the accounts that act with it.
// $id (text): the id of the credential
// $limit (integer, default 200): the most rows
MATCH (credential:Credential {owner: $owner, id: $id})
MATCH (credential)-[r:HELD_BY|STORES|HAS_CREDENTIAL|SAME_SECRET]-(other)
RETURN other.id AS id, other.name AS name, type(r) AS how, r.observed AS observed
ORDER BY how, id LIMIT $limit
