// What leads straight to a crown jewel
// The last steps onto crown jewels, with all that they need.
// $limit (integer, default 200): the most rows
MATCH (jewel:CrownJewel {owner: $owner})
CALL (jewel) {
  MATCH (from)-[s]->(jewel) WHERE type(s) STARTS WITH 'STEP_'
  RETURN s.title AS how, [from.id + '::' + s.needs] AS needs, s.gives AS level, s.possible AS possible
  UNION ALL
  MATCH (from)-[s]->(step:Step)-[g:GIVES]->(jewel) WHERE type(s) STARTS WITH 'STEP_'
  OPTIONAL MATCH (other)-[r:REQUIRES]->(step)
  WITH s, g, from, collect(other.id + '::' + r.level) AS others
  RETURN s.title AS how, [from.id + '::' + s.needs] + others AS needs, g.level AS level, s.possible AS possible
}
RETURN jewel.id AS jewel, how, needs, level, possible ORDER BY jewel, possible, how, needs LIMIT $limit
