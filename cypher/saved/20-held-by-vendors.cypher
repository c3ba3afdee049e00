// What vendors hold
// Credentials that a vendor, or anyone else, has a copy of, with whose they are.
// $limit (integer, default 200): the most rows
MATCH (credential:Credential {owner: $owner})-[h:HELD_BY]->(holder)
OPTIONAL MATCH (account)-[:HAS_CREDENTIAL]->(credential)
RETURN holder.id AS holder, credential.id AS credential, credential.name AS name, collect(DISTINCT account.id) AS accounts,
  h.observed AS observed, credential.dead AS dead
ORDER BY holder, credential LIMIT $limit
