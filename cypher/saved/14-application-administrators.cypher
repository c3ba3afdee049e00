// Who administers an application
// Rights over applications above plain use: administrator and system.
// $limit (integer, default 200): the most rows
MATCH (holder:Graphscan {owner: $owner})-[r:ASSIGNED_TO|GRANTS]->(app:Application)
WHERE r.gives IN ['admin', 'system']
RETURN DISTINCT app.id AS application, holder.id AS id, holder.name AS name, r.gives AS level, r.observed AS observed
ORDER BY application, id, level, observed LIMIT $limit
