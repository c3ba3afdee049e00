// Who has a right over source code
// Principals and credentials by a right that opens repositories: their own, or of a group up to six deep, over a repository or over what contains it. A right is no reach: that is source-code-held.
// $limit (integer, default 200): the most rows
WITH {held: 0, reachable: 0, login: 1, read: 1, write: 2, admin: 3, system: 4, publish: 4} AS rank
MATCH (:Graphscan {owner: $owner})-[right:ASSIGNED_TO|GRANTS]->(place)
WHERE place:Repository OR place:Project OR place:Application
WITH DISTINCT rank, place, right.gives AS level
CALL (rank, place, level) {
  MATCH (place)-[inner:CONTAINS*0..4]->(repository:Repository)
  WHERE all(i IN range(0, size(inner) - 1)
    WHERE rank[inner[i].needs] <= rank[CASE i WHEN 0 THEN level ELSE inner[i - 1].gives END])
  RETURN count(DISTINCT repository) AS repositories
}
WITH place, level, repositories WHERE repositories > 0
MATCH (holder:Graphscan {owner: $owner})-[right:ASSIGNED_TO|GRANTS {gives: level}]->(place)
MATCH (member:Graphscan)-[:MEMBER_OF*0..6]->(holder)
WHERE member:User OR member:ServiceAccount OR member:Credential
RETURN DISTINCT member.id AS id, member.name AS name, place.id AS over, level, repositories, right.observed AS observed
ORDER BY repositories DESC, id, over, level LIMIT $limit
