-- id: generic.held-copy
-- title: A credential taken from whoever has a copy
-- attack: T1199
-- effort: 2
-- reads: [HELD_BY]
-- nodes: [Credential, Vendor, Device]
-- what: >
--   A vendor that keeps our token for its integration, or a device on which a key lies, gives it up when it is
--   compromised.
-- close: Replace what the vendor or device holds; give integrations narrow, short-lived grants.
-- references: ["https://attack.mitre.org/techniques/T1199/"]
SELECT
  h.target AS source, h.needs AS source_level,
  h.source AS target, 'held' AS target_level,
  h.guards, [h.r] AS relations
FROM relation h
JOIN node c ON c.n = h.source AND c.kind = 'Credential'
JOIN node o ON o.n = h.target AND o.kind IN ('Vendor', 'Device')
WHERE h.kind = 'HELD_BY'
