-- id: okta.workflows
-- provider: okta
-- title: A Workflows administrator uses the connections of Okta Workflows
-- attack: T1199
-- effort: 2
-- reads: [SCOPED_TO]
-- nodes: [RoleAssignment, Scope]
-- what: >
--   Who administers Okta Workflows runs flows with the credentials of its connections. Which connections there are, no
--   interface lists: what they open is a hypothesis (okta.workflows-connections).
-- close: Keep Workflows administrators as few as super administrators; connect with accounts of narrow rights.
-- references: ["https://help.okta.com/wf/en-us/content/topics/workflows/build/authorization.htm"]
SELECT
  e.source AS source, 'held' AS source_level,
  e.target AS target, 'held' AS target_level,
  [e.r] AS relations
FROM relation e
JOIN node a ON a.n = e.source AND a.kind = 'RoleAssignment'
JOIN node s ON s.n = e.target AND s.provider = 'derived' AND s.id LIKE 'derived:okta.workflows-connections:%'
WHERE e.kind = 'SCOPED_TO'
