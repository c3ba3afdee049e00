// Who has a right over source code
// Principals with a right over a repository: their own, or of a group they belong to, up to six groups deep. Nobody's reach: that is source-code-held.
// $limit (integer, default 200): the most rows
MATCH (holder:Graphscan {owner: $owner})-[r:ASSIGNED_TO|GRANTS]->(place)
WHERE place:Repository OR place:Project OR (place:Application AND r.gives IN ['admin', 'system'])
MATCH (member:Graphscan)-[:MEMBER_OF*0..6]->(holder)
WHERE member:User OR member:ServiceAccount OR member:Credential
MATCH (place)-[:CONTAINS*0..4]->(repository:Repository)
RETURN member.id AS id, member.name AS name, count(DISTINCT repository) AS repositories,
  collect(DISTINCT r.gives) AS levels
ORDER BY repositories DESC, id LIMIT $limit
