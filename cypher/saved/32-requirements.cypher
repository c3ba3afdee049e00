// Where several things are needed together
// Steps onto a thing that need more than one fact: what a row starts from and all of its others must be held together.
// $id (text): the id of the thing
// $limit (integer, default 200): the most rows
MATCH (target:Graphscan {owner: $owner, id: $id})<-[g:GIVES]-(step:Step)
MATCH (from:Graphscan)-[s]->(step) WHERE type(s) STARTS WITH 'STEP_'
RETURN step.title AS how, g.level AS level, from.id + '::' + s.needs AS starts_from,
  COLLECT { MATCH (other)-[r:REQUIRES]->(step) RETURN other.id + '::' + r.level AS fact ORDER BY fact } AS all_of,
  step.possible AS possible
ORDER BY possible, how, level, starts_from, all_of LIMIT $limit
