-- id: host.disk-read
-- title: Content read from the disk of its server
-- attack: T1005
-- effort: 2
-- reads: [STORES]
-- nodes: [Host, Repository, Wiki, Tracker, Content, Database, Bucket, Secret, Project]
-- what: >
--   Whoever runs code on a host reads the repositories, wikis and trackers that lie on its disk, without any account in
--   the applications that serve them.
-- close: Move the applications to hosts of their own; encrypt at rest with keys the host does not hold.
-- references: ["https://attack.mitre.org/techniques/T1005/"]
SELECT
  s.source AS source, s.needs AS source_level,
  s.target AS target, s.gives AS target_level,
  s.guards, [s.r] AS relations
FROM relation s
JOIN node h ON h.n = s.source AND h.kind = 'Host'
JOIN node t ON t.n = s.target AND t.kind <> 'Credential'
WHERE s.kind = 'STORES'
