// What leads to a thing
// Attack steps that give something on a thing; all that a row needs must be held together.
// $id (text): the id of the thing
// $limit (integer, default 200): the most rows
MATCH (target:Graphscan {owner: $owner, id: $id})
CALL (target) {
  MATCH (from)-[s]->(target) WHERE type(s) STARTS WITH 'STEP_'
  RETURN s.title AS how, s.gives AS level, [from.id + '::' + s.needs] AS needs, s.possible AS possible
  UNION ALL
  MATCH (from)-[s]->(step:Step)-[g:GIVES]->(target) WHERE type(s) STARTS WITH 'STEP_'
  RETURN s.title AS how, g.level AS level, [from.id + '::' + s.needs] +
    COLLECT { MATCH (other)-[r:REQUIRES]->(step) RETURN other.id + '::' + r.level AS fact ORDER BY fact } AS needs,
    s.possible AS possible
}
RETURN how, level, needs, possible ORDER BY possible, how, level, needs LIMIT $limit
