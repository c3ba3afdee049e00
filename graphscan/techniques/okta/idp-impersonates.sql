-- id: okta.idp-impersonates
-- provider: okta
-- title: An identity provider signs in as the users it may name, and brings new ones
-- attack: T1606.002
-- effort: 2
-- reads: [SCOPED_TO, TRUSTS]
-- nodes: [Application, Scope, User, Group]
-- what: >
--   Whoever controls an identity provider that the organization trusts, or holds the key it signs with, says who signs in:
--   any user linked to it, and any whom it may be linked to on its own word (okta.idp-linkable). Okta counts it as one
--   factor, and as MFA where the provider's word about factors is trusted. Where new users are created on its word, it
--   brings accounts of its own, in the groups that such users are put into, everyone's included. A provider that is
--   switched off signs nobody in.
-- close: >
--   Link by hand or only within a group, leave administrators out, give each provider a pattern of the names it may say,
--   trust no claims about factors, and switch off providers that are not used.
-- references:
--   - "https://attack.mitre.org/techniques/T1606/002/"
--   - "https://developer.okta.com/docs/concepts/identity-providers/"
WITH creates AS (
  SELECT t.r, t.target AS idp, o.id AS org_id,
    CASE WHEN coalesce(t.properties ->> '$.trust_claims', 'false') = 'true' THEN 'mfa' ELSE 'act_as' END AS level,
    t.properties ->> '$.groups' AS how
  FROM relation t
  JOIN node o ON o.n = t.source AND o.provider = 'okta' AND o.subtype = 'org'
  JOIN node i ON i.n = t.target AND i.kind = 'Application' AND i.provider = 'okta' AND i.subtype = 'identity_provider'
  WHERE t.kind = 'TRUSTS' AND t.properties ->> '$.provisioning' = 'AUTO'
    -- As in okta.idp-linkable: providers that prove who somebody is, or confirm a factor, bring nobody.
    AND coalesce(t.properties ->> '$.type', '') NOT LIKE 'IDV%'
    AND coalesce(t.properties ->> '$.type', '') NOT IN ('AMFA', 'OKTA_VERIFY')
)
SELECT
  e.source AS source, 'held' AS source_level,
  e.target AS target, CASE WHEN s.id LIKE '%:mfa' THEN 'mfa' ELSE 'act_as' END AS target_level,
  [e.r] AS relations
FROM relation e
JOIN node s ON s.n = e.source AND s.provider = 'derived' AND s.id LIKE 'derived:okta.idp-linkable:%'
JOIN node u ON u.n = e.target AND u.kind = 'User'
WHERE e.kind = 'SCOPED_TO'
UNION ALL
SELECT c.idp, 'admin', g.n, c.level, [c.r, t.r]
FROM creates c
JOIN relation t ON t.kind = 'TRUSTS' AND t.target = c.idp AND t.properties ->> '$.for' IN ('assigned', 'named')
JOIN node g ON g.n = t.source AND g.kind = 'Group' AND g.provider = 'okta'
UNION ALL
SELECT c.idp, 'admin', g.n, c.level, [c.r]
FROM creates c
-- Everyone of the organization: as a right is joined with it, and as the group of that name.
JOIN node g ON g.kind = 'Group' AND (g.id = 'derived:okta.everyone:' || c.org_id
  OR g.provider = 'okta' AND g.subtype = 'built_in' AND g.name = 'Everyone' AND g.id LIKE regexp_replace(c.org_id, 'org$', 'group:%'))
