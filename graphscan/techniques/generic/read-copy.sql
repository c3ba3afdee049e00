-- id: generic.read-copy
-- title: Content read where a copy of it lies
-- attack: T1213
-- effort: 1
-- reads: [STORES]
-- nodes: [Repository, Wiki, Tracker, Content, Database, Bucket, Secret, Device, Pipeline, Vendor, Application]
-- what: A place that holds a copy of code or content gives that copy to whoever reads the place.
-- close: Remove the copy, or give the place the protection of what it holds.
-- references: ["https://attack.mitre.org/techniques/T1213/"]
SELECT
  s.source AS source, s.needs AS source_level,
  s.target AS target, s.gives AS target_level,
  s.guards, [s.r] AS relations
FROM relation s
JOIN node o ON o.n = s.source AND o.kind <> 'Host'
JOIN node t ON t.n = s.target AND t.kind <> 'Credential'
WHERE s.kind = 'STORES'
