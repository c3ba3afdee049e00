-- id: okta.app-accounts
-- provider: okta
-- title: Accounts that an application signs people in to
-- kind: target-set
-- reads: [SIGNS_IN_AS]
-- nodes: [Application, User, ServiceAccount, Role]
-- makes: app_assignment
-- what: >
--   For each application of an Okta organization: the accounts, in the product behind it, that people become through it.
--   Which one somebody becomes is what the application says, and so what its administrator says: he assigns an account to
--   it under the user name of somebody else, which lasts (okta.impersonate-in-app).
-- references:
--   - "https://developer.okta.com/docs/concepts/saml/"
--   - "https://attack.mitre.org/techniques/T1606/002/"
SELECT t.id AS set_key, 'accounts behind ' || coalesce(nullif(t.name, ''), t.id) AS set_name, 'member' AS side, s.target AS node,
  s.gives AS level, s.observed = 'yes' AS known
FROM relation s
JOIN node t ON t.n = s.via AND t.kind = 'Application' AND t.provider = 'okta'
WHERE s.kind = 'SIGNS_IN_AS'
