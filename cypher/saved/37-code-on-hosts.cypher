// Who can run code on a machine
// Steps that give execution on a host, a pipeline or a function, with all that they need.
// $limit (integer, default 200): the most rows
MATCH (place:Graphscan {owner: $owner}) WHERE place:Host OR place:Pipeline OR place:Function
CALL (place) {
  MATCH (from)-[s {gives: 'exec'}]->(place) WHERE type(s) STARTS WITH 'STEP_'
  RETURN s.title AS how, [from.id + '::' + s.needs] AS needs, s.possible AS possible
  UNION ALL
  MATCH (from)-[s]->(step:Step)-[g:GIVES {level: 'exec'}]->(place) WHERE type(s) STARTS WITH 'STEP_'
  OPTIONAL MATCH (other)-[r:REQUIRES]->(step)
  WITH s, from, collect(other.id + '::' + r.level) AS others
  RETURN s.title AS how, [from.id + '::' + s.needs] + others AS needs, s.possible AS possible
}
RETURN place.id AS place, how, needs, possible ORDER BY place, possible, how, needs LIMIT $limit
