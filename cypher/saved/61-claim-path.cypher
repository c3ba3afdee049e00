// How a claim is broken
// The path of a claim's counterexample, in order; the first row is where it starts.
// $claim (text): the id of the claim
// $run (text, default claims): the name of the run
MATCH (:Run {owner: $owner, name: $run})-[:ASKED]->(:Claim {id: $claim})-[p:ON_PATH]->(what)
RETURN p.place AS place, what.id AS id, what.name AS name, p.level AS level, p.technique AS technique, p.certainty AS certainty
ORDER BY place
