// Which credentials are dead, and why
// Credentials that cannot be used any more at the instant of the push.
// $limit (integer, default 200): the most rows
MATCH (credential:Credential:Dead {owner: $owner})
RETURN credential.id AS id, credential.name AS name, credential.subtype AS subtype, credential.dead AS why
ORDER BY id LIMIT $limit
