// Where credentials lie about
// Credentials of which a readable copy lies in a repository, a wiki, on a host or elsewhere.
// $limit (integer, default 200): the most rows
MATCH (place:Graphscan {owner: $owner})-[r:STORES]->(credential:Credential)
WHERE NOT place:Derived AND NOT credential:Hypothetical
RETURN DISTINCT place.id AS place, credential.id AS credential, credential.name AS name, r.stored_at AS stored_at,
  r.observed AS observed, credential.dead AS dead
ORDER BY place, credential, stored_at, observed LIMIT $limit
