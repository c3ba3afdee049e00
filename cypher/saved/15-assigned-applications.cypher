// How many may use each application
// Applications by the number of principals and groups with a right of their own over them; members of the groups are not counted. One that is not there at the instant says so in dead.
// $limit (integer, default 200): the most rows
MATCH (app:Application {owner: $owner}) WHERE NOT app:Past AND NOT app:Gone
OPTIONAL MATCH (holder)-[:ASSIGNED_TO]->(app)
RETURN app.id AS id, app.name AS name, app.provider AS provider, count(DISTINCT holder) AS assigned,
  app.dead AS dead
ORDER BY assigned DESC, id LIMIT $limit
