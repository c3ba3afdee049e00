-- id: generic.use-permission
-- title: A permission on content, code or data
-- attack: T1213
-- effort: 1
-- reads: [ASSIGNED_TO]
-- nodes: [User, ServiceAccount, Role, Group, Project, Repository, Wiki, Tracker, Content, Bucket, Database, Secret]
-- what: >
--   A principal with a permission on a project, repository, wiki, tracker, bucket or database uses it. From where the
--   application in front of it can be reached is asked where the principal signs in, not here.
-- close: Remove the permission, or the principal from the group that holds it.
-- references: ["https://attack.mitre.org/techniques/T1213/"]
SELECT
  a.source AS source, a.needs AS source_level,
  a.target AS target, a.gives AS target_level,
  a.guards, [a.r] AS relations
FROM relation a
JOIN node t ON t.n = a.target AND t.kind NOT IN ('Application', 'Host')
WHERE a.kind = 'ASSIGNED_TO'
