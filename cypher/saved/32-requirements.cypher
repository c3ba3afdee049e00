// Where several things are needed together
// Steps onto a thing that need more than one fact: all of a row's facts must be held at once.
// $id (text): the id of the thing
// $limit (integer, default 200): the most rows
MATCH (from:Graphscan)-[s]->(step:Step {owner: $owner})-[g:GIVES]->(:Graphscan {owner: $owner, id: $id})
WHERE type(s) STARTS WITH 'STEP_'
MATCH (other)-[r:REQUIRES]->(step)
RETURN step.title AS how, g.level AS level, from.id + '::' + s.needs AS starts_from,
  collect(other.id + '::' + r.level) AS all_of
ORDER BY how, level, starts_from, all_of LIMIT $limit
