-- id: generic.federated-sign-in
-- title: A signed-in person becomes an account somewhere else
-- attack: T1550
-- effort: 1
-- reads: [SIGNS_IN_AS, APPLIES_TO]
-- nodes: [User, ServiceAccount, Role, Application]
-- what: >
--   Whoever is signed in to one directory is the account that its assertion names in another product. How strongly one is
--   signed in does not cross over: the account has the level that the federation gives. Where an Okta sign-on policy
--   stands before the application one goes through, another technique applies (okta.federated-sign-in).
-- close: Remove the account or the assignment, or have the product ask for a factor of its own.
-- references: ["https://attack.mitre.org/techniques/T1550/"]
SELECT
  s.source AS source, s.needs AS source_level,
  s.target AS target, s.gives AS target_level,
  s.guards AS guards, [s.r] AS relations
FROM relation s
WHERE s.kind = 'SIGNS_IN_AS' AND (
  s.via IS NULL
  OR s.via NOT IN (SELECT app FROM sign_on_before WHERE part = 'application')
  OR s.needs IN ('api_read', 'api_write', 'api_admin', 'api')
)
