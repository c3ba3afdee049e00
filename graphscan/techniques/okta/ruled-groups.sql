-- id: okta.ruled-groups
-- provider: okta
-- title: Groups that a rule fills by what profiles say
-- kind: target-set
-- reads: [APPLIES_TO, SCOPED_TO, TRUSTS]
-- negates: [HAS_ROLE, MEMBER_OF]
-- nodes: [RoleAssignment, Application, Group, Policy]
-- what: >
--   Two sets for each organization: groups whose rules ask for nothing but what people write in their own profile, and
--   groups whose rules ask for anything in a profile. The first is open to everybody. The second is opened by who writes
--   profiles: an administrator of users, and a source that profiles come from (a personnel system, a directory). Only
--   expressions of plain comparisons are known; an attribute that comes from elsewhere for some, users left out by name,
--   and a schema that was not read make it possible. Okta fills no group that holds an administrator role by a rule. A
--   set lists its groups; joining is what okta.rule-joins does.
-- references:
--   - "https://help.okta.com/en-us/content/topics/users-groups-profiles/usgp-about-group-rules.htm"
--   - "https://developer.okta.com/docs/reference/okta-expression-language/"
WITH org AS (
  SELECT n, id, coalesce(name, id) AS name FROM node
  WHERE kind = 'Application' AND provider = 'okta' AND subtype = 'org'
), rule AS (
  SELECT p.n, o.n AS org, r.observed = 'yes' AS known,
    coalesce(json_extract_string(p.properties, '$.attributes[*]'), []) AS attributes,
    coalesce(json_extract_string(p.properties, '$.alternatives[*]'), []) AS alternatives
  FROM relation r
  JOIN node p ON p.n = r.source AND p.kind = 'Policy' AND p.provider = 'okta' AND p.subtype = 'group_rule'
  JOIN org o ON o.n = r.target
  WHERE r.kind = 'APPLIES_TO'
), partly AS (
  SELECT source AS n FROM relation WHERE kind = 'APPLIES_TO' AND properties ->> '$.as' = 'exclude'
), schema AS (
  SELECT r.target AS org,
    coalesce(json_extract_string(p.properties, '$.self_writable[*]'), []) AS own,
    coalesce(json_extract_string(p.properties, '$.sourced[*]'), []) AS sourced
  FROM relation r
  JOIN node p ON p.n = r.source AND p.kind = 'Policy' AND p.provider = 'okta' AND p.subtype = 'user_schema'
  WHERE r.kind = 'APPLIES_TO'
), source AS (
  SELECT t.source AS org, t.target AS n
  FROM relation t
  JOIN org o ON o.n = t.source
  WHERE t.kind = 'TRUSTS'
    AND (t.properties ->> '$.for' = 'profiles' OR coalesce(t.properties ->> '$.profile_master', 'false') = 'true')
), sure AS (
  -- Where profiles come from elsewhere for some, what those would write themselves is not theirs to write.
  SELECT org, own, CASE WHEN org IN (SELECT org FROM source)
    THEN list_filter(own, lambda one: NOT list_contains(sourced, one)) ELSE own END AS certain
  FROM schema
), holder AS (
  SELECT source AS n, bool_or(observed = 'yes') AS known FROM relation WHERE kind = 'HAS_ROLE' GROUP BY source
), admin AS (
  SELECT n, bool_or(known) AS known FROM (
    SELECT n, known FROM holder
    UNION ALL
    SELECT m.principal, m.known AND h.known FROM membership m JOIN holder h ON h.n = m.grp
  ) GROUP BY n
), stated AS (
  -- What a source says of a group itself comes before what it says of everything.
  SELECT g.n, c.source_instance, bool_or(c.state = 'complete') AS complete
  FROM node g JOIN coverage c ON c.scope = g.id
  WHERE g.kind = 'Group' AND c.relation = 'HAS_ROLE'
  GROUP BY ALL
), wide AS (
  SELECT g.n, c.source_instance
  FROM (SELECT n, unnest(sources) AS source FROM node WHERE kind = 'Group') g
  JOIN coverage c ON c.scope = '' AND c.source_instance = g.source
  WHERE c.relation = 'HAS_ROLE' AND c.state = 'complete'
), was_read AS (
  SELECT n FROM stated WHERE complete
  UNION
  SELECT n FROM wide ANTI JOIN stated USING (n, source_instance)
), filled AS (
  SELECT g.n, p.org, coalesce(o.name, '') AS org_name, o.id AS org_id, p.attributes, p.alternatives,
    p.known AND f.observed = 'yes' AND p.n NOT IN (SELECT n FROM partly)
      AND g.n IN (SELECT n FROM was_read) AND g.n NOT IN (SELECT n FROM admin) AS known
  FROM rule p
  JOIN org o ON o.n = p.org
  JOIN relation f ON f.kind = 'APPLIES_TO' AND f.source = p.n AND f.properties ->> '$.as' = 'fills'
  JOIN node g ON g.n = f.target AND g.kind = 'Group' AND g.provider = 'okta'
  WHERE g.n NOT IN (SELECT n FROM admin WHERE known) AND len(p.attributes) > 0
), own AS (
  SELECT f.n, f.org_id, f.org_name,
    f.known AND coalesce(len(list_filter(f.alternatives,
      lambda one: list_has_all(s.certain, string_split(one, ' & ')))) > 0, false) AS known
  FROM filled f LEFT JOIN sure s ON s.org = f.org
  WHERE s.org IS NULL OR list_has_any(f.attributes, s.own)
), able AS (
  SELECT n, true AS known FROM node
  WHERE kind = 'RoleAssignment' AND provider = 'okta' AND subtype IN ('user_admin', 'org_admin')
  UNION ALL
  -- A permission with conditions is for some attributes only; permissions that were not read may be any.
  SELECT n, list_has_any(permissions, ['okta.users.manage', 'okta.users.userprofile.manage'])
  FROM (
    SELECT n, json_extract_string(properties, '$.permissions[*]') AS permissions
    FROM node WHERE kind = 'RoleAssignment' AND provider = 'okta' AND subtype IN ('custom', 'granted_scopes')
  )
  WHERE len(permissions) = 0 OR list_has_any(permissions, ['okta.users.manage', 'okta.users.userprofile.manage',
    'okta.users.manage (with conditions)', 'okta.users.userprofile.manage (with conditions)'])
), opened AS (
  SELECT o.id, o.name, b.n, 'held' AS level,
    b.known AND s.observed = 'yes' AND coalesce(len(s.guards), 0) = 0 AS known
  FROM able b
  JOIN relation s ON s.kind = 'SCOPED_TO' AND s.source = b.n
  JOIN org o ON o.n = s.target
  WHERE coalesce(s.properties ->> '$.of', 'users') LIKE '%users%'
  UNION ALL
  -- Which attributes a source writes stands in mappings that are not read.
  SELECT o.id, o.name, s.n, 'admin', false FROM source s JOIN org o ON o.n = s.org
)
SELECT org_id || ':own' AS set_key, 'groups of ' || org_name || ' by what people write themselves' AS set_name,
  'member' AS side, n AS node, NULL AS level, bool_or(known) AS known
FROM own GROUP BY ALL
UNION ALL
SELECT org_id || ':profiles', 'groups of ' || org_name || ' by profiles', 'member', n, NULL,
  bool_or(known AND len(alternatives) > 0)
FROM filled GROUP BY ALL
UNION ALL
SELECT id || ':profiles', 'groups of ' || name || ' by profiles', 'enter', n, level, bool_or(known)
FROM opened
WHERE id IN (SELECT org_id FROM filled)
GROUP BY ALL
