// What an answer reached
// How many things of each kind a run holds at any level, those that can merely be talked to included, and how many more it holds possibly. Of an incident: what is left; of claims: what lies on paths.
// $run (text, default blast): the name of the run
MATCH (:Run {owner: $owner, name: $run})-[h:HELD]->(what)
WITH what, collect(h.certainty) AS certainties
RETURN what.kind AS kind, sum(CASE WHEN 'known' IN certainties THEN 1 ELSE 0 END) AS reached,
  sum(CASE WHEN 'known' IN certainties THEN 0 ELSE 1 END) AS possible
ORDER BY reached DESC, possible DESC, kind
