// Which living credentials are old
// Credentials that are not dead and whose newest value is from before a moment, or of unknown age.
// $before (moment, default now): older than this
// $limit (integer, default 200): the most rows
MATCH (credential:Credential {owner: $owner})
WHERE NOT credential:Dead AND NOT credential:Hypothetical AND NOT credential:Past AND NOT credential:Gone
WITH credential, CASE WHEN size(credential.versions) = 0 THEN null ELSE credential.versions[-1] END AS newest
WHERE newest IS NULL OR newest < $before
RETURN credential.id AS id, credential.name AS name, credential.subtype AS subtype, newest,
  credential.last_used AS last_used, credential.belongs_to AS belongs_to
ORDER BY newest, id LIMIT $limit
