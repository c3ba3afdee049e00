// What a thing leads to
// Attack steps that start from a thing, or need something on it beside their start.
// $id (text): the id of the thing
// $limit (integer, default 200): the most rows
MATCH (start:Graphscan {owner: $owner, id: $id})
CALL (start) {
  MATCH (start)-[s]->(target:Graphscan) WHERE type(s) STARTS WITH 'STEP_' AND NOT target:Step
  RETURN s.title AS how, 'starts here' AS part, target.id AS leads_to, s.gives AS level, s.possible AS possible
  UNION ALL
  MATCH (start)-[s]->(step:Step)-[g:GIVES]->(target) WHERE type(s) STARTS WITH 'STEP_'
  RETURN s.title AS how, 'starts here' AS part, target.id AS leads_to, g.level AS level, s.possible AS possible
  UNION ALL
  MATCH (start)-[:REQUIRES]->(step:Step)-[g:GIVES]->(target)
  RETURN step.title AS how, 'is required' AS part, target.id AS leads_to, g.level AS level, step.possible AS possible
}
RETURN how, part, leads_to, level, possible ORDER BY possible, how, leads_to, level LIMIT $limit
