-- id: okta.support-access
-- provider: okta
-- title: The vendor's support opens the organization
-- attack: T1199
-- effort: 4
-- reads: [TRUSTS]
-- nodes: [Vendor, Application]
-- what: >
--   While support access is granted, whoever has taken over the vendor's support signs in to the organization as an
--   administrator. The grant ends at a stated time, and nothing opens after it.
-- close: Grant support access for a case only, for the shortest time, and revoke it when the case is closed.
-- references:
--   - "https://help.okta.com/en-us/content/topics/settings/settings-support-access.htm"
--   - "https://attack.mitre.org/techniques/T1199/"
SELECT
  t.target AS source, 'compromised' AS source_level,
  t.source AS target, 'admin' AS target_level,
  t.guards, [t.r] AS relations
FROM relation t
JOIN node o ON o.n = t.source AND o.kind = 'Application' AND o.provider = 'okta' AND o.subtype = 'org'
JOIN node v ON v.n = t.target AND v.kind = 'Vendor' AND v.subtype = 'support'
WHERE t.kind = 'TRUSTS'
