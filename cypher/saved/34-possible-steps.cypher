// What is possible only because something was not read
// Steps that are not known to exist, from where and to where.
// $limit (integer, default 200): the most rows
MATCH (from:Graphscan {owner: $owner})-[s]->(to) WHERE type(s) STARTS WITH 'STEP_' AND s.possible
OPTIONAL MATCH (to)-[:GIVES]->(target)
RETURN s.title AS how, from.id AS from, s.needs AS needs, coalesce(target.id, to.id) AS leads_to
ORDER BY how, from, leads_to, needs LIMIT $limit
