// Which repositories anyone reads
// Repositories that a population of anyone, or of all accounts of a product, has a right over.
// $limit (integer, default 200): the most rows
MATCH (who:Group {owner: $owner})-[r:ASSIGNED_TO]->(place)-[:CONTAINS*0..4]->(repository:Repository)
WHERE who.subtype IN ['anonymous', 'population']
RETURN repository.id AS id, repository.name AS name, who.id AS who, collect(DISTINCT r.gives) AS levels
ORDER BY id, who LIMIT $limit
