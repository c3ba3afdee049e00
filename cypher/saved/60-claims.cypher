// How the claims stand
// Claims of a run with their verdicts.
// $run (text, default claims): the name of the run
// $limit (integer, default 200): the most rows
MATCH (:Run {owner: $owner, name: $run})-[:ASKED]->(claim:Claim)
RETURN claim.id AS id, claim.verdict AS verdict, claim.text AS text, claim.reason AS reason, claim.severity AS severity
ORDER BY verdict, id LIMIT $limit
