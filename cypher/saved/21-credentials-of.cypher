// Whose credential, and which
// Credentials of a principal: at which level it acts with each, since when each value, and when it was last used.
// $id (text): the id of the principal
// $limit (integer, default 200): the most rows
MATCH (:Graphscan {owner: $owner, id: $id})-[r:HAS_CREDENTIAL]->(credential:Credential)
RETURN credential.id AS id, credential.name AS name, credential.subtype AS subtype, r.gives AS acts_at,
  credential.versions AS since, credential.last_used AS last_used, credential.dead AS dead
ORDER BY id, acts_at LIMIT $limit
