-- id: okta.stored-password
-- provider: okta
-- title: A password that Okta keeps for its user is taken where it is typed in
-- attack: T1555.005
-- effort: 2
-- reads: [HELD_BY, APPLIES_TO]
-- nodes: [User, Credential, Application, Control]
-- what: >
--   For an application without federation Okta keeps each person's password and has the browser type it in, or shows it.
--   Whoever is signed in as that person, as strongly as the application's sign-on policy asks, reads the password and
--   signs in to the product with it, from anywhere and without Okta. Who manages the application possibly has it typed in
--   at an address of his own. Only that person's own: a password that all who are
--   assigned share is had by using the application (generic.stored-credential).
-- close: >
--   Federate the application, or change the passwords in the product itself once the intruder is gone: what Okta keeps is
--   a copy.
-- references:
--   - "https://help.okta.com/en-us/content/topics/apps/apps_overview_of_managing_apps_and_sso.htm"
--   - "https://attack.mitre.org/techniques/T1555/005/"
SELECT
  h.target AS source, j.both_levels AS source_level,
  h.source AS target, 'held' AS target_level,
  list_concat(coalesce(h.guards, []), o.guards, [{'n': coalesce(nullif(b.org, -1), h.via), 'level': 'reachable'}]) AS guards,
  list_concat([h.r], b.policies, o.rules) AS relations,
  NOT o.known AS possible
FROM relation h
JOIN node t ON t.n = h.via AND t.provider = 'okta'
JOIN sign_on_before b ON b.app = h.via AND b.part = 'application'
JOIN sign_on_class c ON c.principal = h.target
JOIN sign_on_outcome o ON o.class = c.class AND o.decision = b.decision
JOIN sign_in_join j ON j.one = o.level AND j.other = h.needs
WHERE h.kind = 'HELD_BY'
UNION ALL
-- No policy is stated before the application: as in generic.federated-sign-in.
SELECT h.target, h.needs, h.source, 'held', list_concat(coalesce(h.guards, []), [{'n': h.via, 'level': 'reachable'}]),
  [h.r], false
FROM relation h
JOIN node t ON t.n = h.via AND t.provider = 'okta'
JOIN node u ON u.n = h.target AND u.kind = 'User'
ANTI JOIN (SELECT app FROM sign_on_before WHERE part = 'application') b ON b.app = h.via
WHERE h.kind = 'HELD_BY'
UNION ALL
-- Who manages the application may have the password typed in at an address of his own, where its settings say one.
SELECT h.via, 'admin', h.source, 'held', h.guards, [h.r], true
FROM relation h
JOIN node t ON t.n = h.via AND t.kind = 'Application' AND t.provider = 'okta'
JOIN node u ON u.n = h.target AND u.kind = 'User'
WHERE h.kind = 'HELD_BY'
