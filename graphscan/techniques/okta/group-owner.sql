-- id: okta.group-owner
-- provider: okta
-- title: A group's owner lets somebody in
-- attack: T1098.007
-- effort: 1
-- reads: [OWNED_BY]
-- nodes: [User, Group, Scope]
-- what: >
--   Whoever owns a group, alone or as a member of an owning group, approves requests to join it and is asked whether its
--   members may stay. Ownership alone lets nobody edit the members, and no interface shows which requests an owner
--   decides: so it is possible, and never known, that an owner lets an account of the attacker's in. A session is enough:
--   nothing is asked anew. Groups that hold an administrator role are out of reach (okta.joinable-groups).
-- close: >
--   Let nobody approve his own requests, ask for a second approval where a group opens much, and review members.
-- references:
--   - "https://attack.mitre.org/techniques/T1098/007/"
--   - "https://help.okta.com/oie/en-us/Content/Topics/identity-governance/group-owner.htm"
SELECT
  w.target AS source, 'act_as.session' AS source_level,
  s.n AS target, 'held' AS target_level,
  w.guards, [w.r] AS relations, true AS possible
FROM relation w
JOIN node g ON g.n = w.source AND g.kind = 'Group' AND g.provider = 'okta'
JOIN node s ON s.id = 'derived:okta.joinable-groups:' || g.id
JOIN node o ON o.n = w.target AND o.kind IN ('User', 'Group')
WHERE w.kind = 'OWNED_BY'
