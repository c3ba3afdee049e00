-- id: okta.idp-linkable
-- provider: okta
-- title: Users that an identity provider may sign in
-- kind: target-set
-- reads: [TRUSTS, ACCOUNT_OF]
-- negates: [HAS_ROLE, MEMBER_OF]
-- nodes: [Application, Group, User]
-- what: >
--   For each identity provider that is not switched off: the users linked to it, and, where accounts are linked on their
--   own, those whom its filter leaves, whose names it asserts at will. Providers with the same filter share one set. A
--   filter by a pattern of the vendor's own form (names that end with a domain) is followed where people are found by
--   sign-in name; any other, users left out by name, and groups that were not read make it possible only. That an
--   administrator is left out is known only where roles were read completely. A set whose name ends with `mfa` is for
--   providers whose word about factors is trusted too. Signing in is what okta.idp-impersonates does.
-- references:
--   - "https://developer.okta.com/docs/concepts/identity-providers/"
--   - "https://sec.okta.com/articles/2023/08/cross-tenant-impersonation-prevention-and-detection"
WITH trust AS (
  SELECT o.n AS org, o.id AS org_id, coalesce(o.name, o.id) AS org_name, i.n AS idp, i.id AS idp_id,
    coalesce(i.name, i.id) AS name, t.observed = 'yes' AS sure,
    CASE WHEN t.properties ->> '$.type' = 'X509' THEN 'AUTO' ELSE coalesce(t.properties ->> '$.account_link', '') END AS link,
    coalesce(t.properties ->> '$.excludes_admins', 'false') = 'true' AS plain,
    coalesce(t.properties ->> '$.excludes_users', 'false') = 'true' AS partly,
    coalesce(t.properties ->> '$.subject_filter', '') AS filter,
    -- The pattern is of the name that is said; only where that is the sign-in name does it choose by that.
    CASE WHEN coalesce(t.properties ->> '$.match_type', 'USERNAME') = 'USERNAME'
      THEN coalesce(t.properties ->> '$.subject_suffix', '') ELSE '' END AS suffix,
    coalesce(t.properties ->> '$.account_link_filter', '') = 'some groups' AS grouped,
    CASE WHEN coalesce(t.properties ->> '$.trust_claims', 'false') = 'true' THEN ':mfa' ELSE '' END AS strength
  FROM relation t
  JOIN node o ON o.n = t.source AND o.provider = 'okta' AND o.subtype = 'org'
  JOIN node i ON i.n = t.target AND i.kind = 'Application' AND i.provider = 'okta' AND i.subtype = 'identity_provider'
  -- Providers that prove who somebody is, or confirm a factor, sign nobody in.
  WHERE t.kind = 'TRUSTS' AND coalesce(t.properties ->> '$.type', '') NOT LIKE 'IDV%'
    AND coalesce(t.properties ->> '$.type', '') NOT IN ('AMFA', 'OKTA_VERIFY')
), limited AS (
  SELECT DISTINCT t.target AS idp, g.n, g.id, coalesce(g.name, g.id) AS name
  FROM relation t JOIN node g ON g.n = t.source AND g.kind = 'Group'
  WHERE t.kind = 'TRUSTS' AND t.properties ->> '$.for' = 'linked'
), entered AS (
  SELECT t.idp, t.org, NULL::INTEGER AS grp, CASE WHEN l.n IS NULL THEN t.suffix ELSE '' END AS suffix, t.plain, t.strength,
    t.org_id AS base, t.org_name AS base_name,
    t.sure AND t.link = 'AUTO' AND NOT t.partly
      AND (t.filter = '' OR t.suffix <> '')
      -- Limited to groups of which none is known: who is in them is not known either.
      AND NOT t.grouped AS known
  FROM trust t LEFT JOIN (SELECT DISTINCT idp, 1 AS n FROM limited) l ON l.idp = t.idp
  WHERE t.link <> 'DISABLED' AND l.n IS NULL
  UNION ALL
  SELECT t.idp, t.org, l.n, '', t.plain, t.strength, l.id, l.name, t.sure AND t.link = 'AUTO' AND NOT t.partly AND t.filter = ''
  FROM trust t JOIN limited l ON l.idp = t.idp
  WHERE t.link <> 'DISABLED'
), keyed AS (
  SELECT *, base || CASE WHEN suffix = '' THEN '' ELSE ':' || suffix END
      || CASE WHEN plain THEN ':without administrators' ELSE '' END || strength AS key,
    'users of ' || base_name || ' that an identity provider names' AS label
  FROM entered
), wanted AS (
  SELECT DISTINCT key, label, org, grp, suffix, plain FROM keyed
), inside AS (
  SELECT w.key, w.label, w.plain, u.n, a.observed = 'yes' AS known
  FROM wanted w
  JOIN relation a ON a.kind = 'ACCOUNT_OF' AND a.target = w.org
  JOIN node u ON u.n = a.source AND u.kind = 'User' AND u.provider = 'okta'
  WHERE w.grp IS NULL AND (w.suffix = '' OR ends_with(lower(coalesce(u.name, '')), w.suffix))
  UNION ALL
  SELECT w.key, w.label, w.plain, u.n, m.known
  FROM wanted w
  JOIN membership m ON m.grp = w.grp
  JOIN node u ON u.n = m.principal AND u.kind = 'User' AND u.provider = 'okta'
), holder AS (
  SELECT source AS n, bool_or(observed = 'yes') AS known FROM relation WHERE kind = 'HAS_ROLE' GROUP BY source
), admin AS (
  SELECT n, bool_or(known) AS known FROM (
    SELECT n, known FROM holder
    UNION ALL
    SELECT m.principal, m.known AND h.known FROM membership m JOIN holder h ON h.n = m.grp
  ) GROUP BY n
), stated AS (
  -- What a source says of a user or group itself comes before what it says of everything.
  SELECT n.n, c.relation, c.source_instance, bool_or(c.state = 'complete') AS complete
  FROM node n JOIN coverage c ON c.scope = n.id
  WHERE n.kind IN ('User', 'Group') AND c.relation IN ('HAS_ROLE', 'MEMBER_OF')
  GROUP BY ALL
), wide AS (
  SELECT n.n, c.relation, c.source_instance
  FROM (SELECT n, unnest(sources) AS source FROM node WHERE kind IN ('User', 'Group')) n
  JOIN coverage c ON c.scope = '' AND c.source_instance = n.source AND c.state = 'complete'
  WHERE c.relation IN ('HAS_ROLE', 'MEMBER_OF')
  UNION
  -- The list of those who hold a role, read whole, says that a user who is not in it holds none.
  SELECT a.source, c.relation, c.source_instance
  FROM relation a
  JOIN node o ON o.n = a.target AND o.subtype = 'org'
  JOIN coverage c ON c.scope = o.id AND c.relation = 'HAS_ROLE' AND c.state = 'complete'
  WHERE a.kind = 'ACCOUNT_OF'
), was_read AS (
  SELECT n, relation FROM stated WHERE complete
  UNION
  SELECT n, relation FROM wide ANTI JOIN stated USING (n, relation, source_instance)
), unsure AS (
  SELECT n FROM node WHERE kind = 'User' AND n NOT IN (SELECT n FROM was_read WHERE relation = 'HAS_ROLE')
  UNION
  SELECT n FROM node WHERE kind = 'User' AND n NOT IN (SELECT n FROM was_read WHERE relation = 'MEMBER_OF')
  UNION
  SELECT principal FROM membership WHERE grp NOT IN (SELECT n FROM was_read WHERE relation = 'HAS_ROLE')
  UNION
  SELECT n FROM admin WHERE NOT known
)
SELECT key AS set_key, label AS set_name, 'enter' AS side, idp AS node, 'admin' AS level, known AS known
FROM keyed
UNION ALL
SELECT key, label, 'member', n, NULL, known AND (NOT plain OR n NOT IN (SELECT n FROM unsure))
FROM inside
WHERE NOT (plain AND n IN (SELECT n FROM admin WHERE known))
UNION ALL
SELECT t.idp_id || ':linked' || t.strength, 'users linked to ' || t.name, 'enter', t.idp, 'admin', t.sure
FROM trust t
UNION ALL
SELECT t.idp_id || ':linked' || t.strength, 'users linked to ' || t.name, 'member', u.n, NULL, l.observed = 'yes'
FROM trust t
JOIN relation l ON l.kind = 'TRUSTS' AND l.target = t.idp
JOIN node u ON u.n = l.source AND u.kind = 'User' AND u.provider = 'okta'
