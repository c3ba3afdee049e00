// Who belongs to a group
// Members of a group and of the groups inside it, up to eight deep, with the fewest groups between.
// $group (text): the id of the group
// $limit (integer, default 200): the most rows
MATCH (group:Group {owner: $owner, id: $group})
MATCH path = SHORTEST 1 (member:Graphscan)-[:MEMBER_OF]->{1,8}(group)
WHERE NOT member:Group
RETURN member.id AS id, member.name AS name, length(path) - 1 AS groups_between, member.dead AS dead
ORDER BY groups_between, id LIMIT $limit
