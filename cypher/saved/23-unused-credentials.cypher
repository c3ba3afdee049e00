// Which living credentials nobody seems to use
// Credentials that are not dead and whose last use is unknown or before a moment. Unknown is not unused.
// $before (moment, default now): last used before this
// $limit (integer, default 200): the most rows
MATCH (credential:Credential {owner: $owner})
WHERE NOT credential:Dead AND NOT credential:Hypothetical AND NOT credential:Past AND NOT credential:Gone
  AND (credential.last_used IS NULL OR credential.last_used < $before)
RETURN credential.id AS id, credential.name AS name, credential.subtype AS subtype, credential.last_used AS last_used,
  credential.belongs_to AS belongs_to
ORDER BY last_used, id LIMIT $limit
