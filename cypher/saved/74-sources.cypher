// What the store consists of
// Sources, when each was read, and whether completely.
MATCH (source:Source {owner: $owner}) WHERE NOT source:Gone
RETURN source.name AS name, source.importer AS importer, source.at AS read_at, source.complete AS complete
ORDER BY name
