// What leads straight to a crown jewel
// The last steps onto crown jewels; all that a row needs must be held together.
// $limit (integer, default 200): the most rows
MATCH (jewel:CrownJewel {owner: $owner})
CALL (jewel) {
  MATCH (from)-[s]->(jewel) WHERE type(s) STARTS WITH 'STEP_'
  RETURN s.title AS how, [from.id + '::' + s.needs] AS needs, s.gives AS level, s.possible AS possible
  UNION ALL
  MATCH (from)-[s]->(step:Step)-[g:GIVES]->(jewel) WHERE type(s) STARTS WITH 'STEP_'
  RETURN s.title AS how, [from.id + '::' + s.needs] +
    COLLECT { MATCH (other)-[r:REQUIRES]->(step) RETURN other.id + '::' + r.level AS fact ORDER BY fact } AS needs,
    g.level AS level, s.possible AS possible
}
RETURN jewel.id AS jewel, how, needs, level, possible ORDER BY possible, jewel, how, level, needs LIMIT $limit
