// What a principal may use
// Rights of a principal: its own, or of a group up to six deep, at which level, and what they need beside.
// $id (text): the id of the principal
// $limit (integer, default 200): the most rows
MATCH (:Graphscan {owner: $owner, id: $id})-[:MEMBER_OF*0..6]->(holder)
WITH DISTINCT holder
MATCH (holder)-[r:ASSIGNED_TO]->(what)
RETURN what.id AS id, what.name AS name, r.gives AS level, r.needs AS needs, holder.id AS through, r.guards AS also_needed
ORDER BY id, level, through, needs, also_needed LIMIT $limit
