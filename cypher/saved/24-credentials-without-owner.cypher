// Which living credentials nobody answers for
// Credentials that are not dead and that no source says somebody answers for, with the accounts that act with them.
// $limit (integer, default 200): the most rows
MATCH (credential:Credential {owner: $owner})
WHERE credential.belongs_to IS NULL AND NOT credential:Dead AND NOT credential:Hypothetical AND NOT credential:Past
  AND NOT credential:Gone
WITH credential ORDER BY credential.id LIMIT $limit
RETURN credential.id AS id, credential.name AS name, credential.subtype AS subtype,
  COLLECT { MATCH (account)-[:HAS_CREDENTIAL]->(credential) RETURN DISTINCT account.id AS account ORDER BY account } AS accounts
ORDER BY id
