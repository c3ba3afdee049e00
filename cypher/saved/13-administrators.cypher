// Who holds an administrator role
// Holders of roles, directly or by a group up to six deep, with what each role is limited to.
// $limit (integer, default 200): the most rows
MATCH (holder:Graphscan {owner: $owner})-[:HAS_ROLE]->(role:RoleAssignment)
MATCH (member:Graphscan)-[:MEMBER_OF*0..6]->(holder) WHERE member:User OR member:ServiceAccount
OPTIONAL MATCH (role)-[:SCOPED_TO]->(target)
RETURN member.id AS id, member.name AS name, role.name AS role, holder.id AS through,
  collect(DISTINCT target.id)[0..20] AS targets
ORDER BY id, role LIMIT $limit
