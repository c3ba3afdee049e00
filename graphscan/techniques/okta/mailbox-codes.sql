-- id: okta.mailbox-codes
-- provider: okta
-- title: Codes by e-mail are read in the mailbox
-- attack: T1114
-- effort: 1
-- reads: [OWNED_BY, HAS_CREDENTIAL]
-- nodes: [Content, User, Credential]
-- what: >
--   A factor that sends its codes by e-mail is in the hands of whoever reads that user's mailbox. The mailbox of
--   another person, and a factor of another kind, add nothing.
-- close: Leave e-mail for recovery only, or not even that; protect the mailbox as what it opens.
-- references: ["https://attack.mitre.org/techniques/T1114/"]
SELECT b.source AS source, 'read' AS source_level, h.target AS target, 'held' AS target_level,
  list_concat(coalesce(b.guards, []), coalesce(h.guards, [])) AS guards, [b.r, h.r] AS relations
FROM relation b
JOIN node m ON m.n = b.source AND m.kind = 'Content' AND m.subtype = 'mailbox'
JOIN relation h ON h.kind = 'HAS_CREDENTIAL' AND h.source = b.target
JOIN node c ON c.n = h.target AND c.provider = 'okta' AND c.subtype = 'factor'
  AND c.properties ->> '$.factor_type' = 'email'
WHERE b.kind = 'OWNED_BY'
