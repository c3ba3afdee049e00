// What an answer reached
// Things that a run holds, by kind and certainty.
// $run (text, default blast): the name of the run
MATCH (:Run {owner: $owner, name: $run})-[h:HELD]->(what)
RETURN what.kind AS kind, h.certainty AS certainty, count(DISTINCT what) AS things
ORDER BY certainty, things DESC, kind
