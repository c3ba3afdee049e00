-- id: generic.stored-credential
-- title: A credential read where it is stored
-- attack: T1552
-- effort: 2
-- reads: [STORES]
-- nodes: [Credential, Repository, Wiki, Tracker, Content, Host, Database, Bucket, Secret, Pipeline, Device, Application, Vendor]
-- what: >
--   Whoever reads the place where a credential is stored holds that credential: a token in a repository, a key on a
--   host, a session in a support case. A copy that was stored before the secret was replaced opens nothing.
-- close: Replace the credential after the reader is gone, and remove the copy.
-- references: ["https://attack.mitre.org/techniques/T1552/"]
SELECT
  s.source AS source, s.needs AS source_level,
  s.target AS target, 'held' AS target_level,
  s.guards, [s.r] AS relations
FROM relation s
JOIN node c ON c.n = s.target AND c.kind = 'Credential'
WHERE s.kind = 'STORES'
