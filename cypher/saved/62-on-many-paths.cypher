// What lies on the paths of several claims
// Things on the counterexamples of claims, those of most claims first.
// $run (text, default claims): the name of the run
// $limit (integer, default 200): the most rows
MATCH (:Run {owner: $owner, name: $run})-[h:HELD]->(what) WHERE h.on_path IS NOT NULL
UNWIND h.on_path AS claim
WITH DISTINCT what, claim ORDER BY claim
RETURN what.id AS id, what.name AS name, count(claim) AS claims, collect(claim) AS which
ORDER BY claims DESC, id LIMIT $limit
