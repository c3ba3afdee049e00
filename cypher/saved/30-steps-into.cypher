// What leads to a thing
// Attack steps that give something on a thing; those with requirements name all of them.
// $id (text): the id of the thing
// $limit (integer, default 200): the most rows
MATCH (target:Graphscan {owner: $owner, id: $id})
CALL (target) {
  MATCH (from)-[s]->(target) WHERE type(s) STARTS WITH 'STEP_'
  RETURN s.title AS how, s.gives AS level, [from.id + '::' + s.needs] AS needs, s.possible AS possible
  UNION ALL
  MATCH (from)-[s]->(step:Step)-[g:GIVES]->(target) WHERE type(s) STARTS WITH 'STEP_'
  OPTIONAL MATCH (other)-[r:REQUIRES]->(step)
  WITH s, g, from, collect(other.id + '::' + r.level) AS others
  RETURN s.title AS how, g.level AS level, [from.id + '::' + s.needs] + others AS needs, s.possible AS possible
}
RETURN how, level, needs, possible ORDER BY possible, how, level, needs LIMIT $limit
