// Which repositories anyone may read
// Repositories over which a population has a right: anyone at all, or everybody with an account of a product.
// $limit (integer, default 200): the most rows
MATCH (who:Group {owner: $owner})-[right:ASSIGNED_TO]->(place)
WHERE who.subtype IN ['anonymous', 'population'] AND (place:Repository OR place:Project OR place:Application)
WITH who, place, right.gives AS level,
  {held: 0, reachable: 0, login: 1, read: 1, write: 2, admin: 3, system: 4, publish: 4} AS rank
MATCH (place)-[inner:CONTAINS*0..4]->(repository:Repository)
WHERE all(i IN range(0, size(inner) - 1)
  WHERE rank[inner[i].needs] <= rank[CASE i WHEN 0 THEN level ELSE inner[i - 1].gives END])
WITH repository, who, CASE size(inner) WHEN 0 THEN level ELSE inner[-1].gives END AS level
ORDER BY level
RETURN repository.id AS id, repository.name AS name, who.id AS who, who.subtype AS sort, collect(DISTINCT level) AS levels
ORDER BY id, who LIMIT $limit
