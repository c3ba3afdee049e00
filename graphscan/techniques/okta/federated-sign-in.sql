-- id: okta.federated-sign-in
-- provider: okta
-- title: An Okta user signs in to another product through an application
-- attack: T1550
-- effort: 1
-- reads: [SIGNS_IN_AS, APPLIES_TO]
-- nodes: [User, ServiceAccount, Role, Application, Control]
-- what: >
--   A user whose sign-in satisfies the sign-on policies before an application becomes, in the product behind it, the
--   account that the assertion names, once Okta's application can be talked to. How strongly he is signed in does not
--   cross over: the account has the level that the federation gives.
-- close: >
--   Ask for phishing-resistant factors and managed devices in the application's sign-on policy, and have the product ask
--   for a factor of its own.
-- references:
--   - "https://developer.okta.com/docs/concepts/saml/"
--   - "https://attack.mitre.org/techniques/T1550/"
SELECT
  s.source AS source, j.both_levels AS source_level,
  s.target AS target, s.gives AS target_level,
  list_concat(coalesce(s.guards, []), o.guards, [{'n': coalesce(nullif(b.org, -1), s.via), 'level': 'reachable'}]) AS guards,
  list_concat([s.r], b.policies, o.rules) AS relations,
  NOT o.known AS possible
FROM relation s
JOIN sign_on_before b ON b.app = s.via AND b.part = 'application'
JOIN sign_on_class c ON c.principal = s.source
JOIN sign_on_outcome o ON o.class = c.class AND o.decision = b.decision
JOIN sign_in_join j ON j.one = o.level AND j.other = s.needs
WHERE s.kind = 'SIGNS_IN_AS'
