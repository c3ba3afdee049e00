// What is possible only because something was not read
// Steps that are not known to exist, from where and to where.
// $limit (integer, default 200): the most rows
MATCH (from:Graphscan {owner: $owner})-[s]->(to) WHERE type(s) STARTS WITH 'STEP_' AND s.possible
OPTIONAL MATCH (to)-[:GIVES]->(target)
RETURN s.title AS how, from.id AS from, CASE WHEN to:Step THEN target.id ELSE to.id END AS leads_to
ORDER BY how, from, leads_to LIMIT $limit
