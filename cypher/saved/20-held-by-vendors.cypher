// What vendors hold, and held
// Credentials of which a vendor has a copy, or had one before the instant of the push, with the accounts that act with each.
// $limit (integer, default 200): the most rows
MATCH (credential:Credential {owner: $owner})-[h:HELD_BY|STATED]->(vendor:Vendor)
WHERE type(h) = 'HELD_BY' OR h.kind = 'HELD_BY'
RETURN vendor.id AS vendor, credential.id AS credential, credential.name AS name,
  COLLECT { MATCH (account)-[:HAS_CREDENTIAL]->(credential) RETURN DISTINCT account.id AS account ORDER BY account } AS accounts,
  type(h) = 'HELD_BY' AS now, h.valid_from AS since, h.valid_to AS until, credential.dead AS dead
ORDER BY vendor, now DESC, credential, since LIMIT $limit
