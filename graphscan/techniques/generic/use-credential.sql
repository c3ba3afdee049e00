-- id: generic.use-credential
-- title: A credential acts for its principal
-- attack: T1078
-- effort: 1
-- reads: [HAS_CREDENTIAL]
-- nodes: [Credential, User, ServiceAccount, Role]
-- what: >
--   Whoever holds a live password, token, key or session acts for the account it belongs to, at the level it gives: a
--   password signs in with one factor, a session at what was proven when it was minted, an API token only through the
--   interface. A factor alone signs nobody in (generic.second-factor).
-- close: Revoke the credential, or replace it and let the old value end; then end the sessions minted with it.
-- references: ["https://attack.mitre.org/techniques/T1078/"]
SELECT
  h.target AS source, h.needs AS source_level,
  h.source AS target, h.gives AS target_level,
  h.guards, [h.r] AS relations
FROM relation h
JOIN node c ON c.n = h.target
WHERE h.kind = 'HAS_CREDENTIAL'
  AND c.subtype IS DISTINCT FROM 'factor'
  AND NOT (c.provider = 'okta' AND c.subtype IS NOT DISTINCT FROM 'api_token')
