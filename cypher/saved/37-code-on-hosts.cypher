// Who can run code on a machine
// Steps that give execution on a host, a device, a pipeline or a function; all that a row needs must be held together.
// $limit (integer, default 200): the most rows
MATCH (place:Graphscan {owner: $owner}) WHERE place:Host OR place:Device OR place:Pipeline OR place:Function
CALL (place) {
  MATCH (from)-[s {gives: 'exec'}]->(place) WHERE type(s) STARTS WITH 'STEP_'
  RETURN s.title AS how, [from.id + '::' + s.needs] AS needs, s.possible AS possible
  UNION ALL
  MATCH (from)-[s]->(step:Step)-[g:GIVES {level: 'exec'}]->(place) WHERE type(s) STARTS WITH 'STEP_'
  RETURN s.title AS how, [from.id + '::' + s.needs] +
    COLLECT { MATCH (other)-[r:REQUIRES]->(step) RETURN other.id + '::' + r.level AS fact ORDER BY fact } AS needs,
    s.possible AS possible
}
RETURN place.id AS place, how, needs, possible ORDER BY possible, place, how, needs LIMIT $limit
