// Which living credentials nobody answers for
// Credentials that are not dead, without somebody who answers for them.
// $limit (integer, default 200): the most rows
MATCH (credential:Credential {owner: $owner})
WHERE credential.belongs_to IS NULL AND NOT credential:Dead AND NOT credential:Hypothetical AND NOT credential:Past
OPTIONAL MATCH (account)-[:HAS_CREDENTIAL]->(credential)
RETURN credential.id AS id, credential.name AS name, credential.subtype AS subtype, collect(DISTINCT account.id) AS accounts
ORDER BY id LIMIT $limit
