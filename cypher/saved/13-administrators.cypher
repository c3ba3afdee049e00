// Who holds an administrator role
// Holders of roles, directly or by a group up to six deep, with some of what each role is limited to.
// $limit (integer, default 200): the most rows
MATCH (holder:Graphscan {owner: $owner})-[:HAS_ROLE]->(role:RoleAssignment)
MATCH (member:Graphscan)-[:MEMBER_OF*0..6]->(holder) WHERE member:User OR member:ServiceAccount
WITH DISTINCT member, role, holder
RETURN member.id AS id, member.name AS name, role.id AS role, role.name AS role_name, holder.id AS through,
  COLLECT { MATCH (role)-[:SCOPED_TO]->(target) RETURN DISTINCT target.id AS target ORDER BY target LIMIT 20 } AS targets
ORDER BY id, role, through LIMIT $limit
