// Which credentials are dead, and why
// Credentials that cannot be used at the instant of the push: replaced, expired, revoked, or not there yet.
// $limit (integer, default 200): the most rows
MATCH (credential:Credential:Dead {owner: $owner}) WHERE NOT credential:Gone
RETURN credential.id AS id, credential.name AS name, credential.subtype AS subtype, credential.dead AS why
ORDER BY id LIMIT $limit
