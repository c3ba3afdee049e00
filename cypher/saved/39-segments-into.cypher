// Which network segments lead to this one
// Segments, and what stands in them or leads on, from which the network leads into a segment, up to eight steps away. What stands before a way is not asked here.
// $segment (text): the id of the segment
// $limit (integer, default 200): the most rows
MATCH (segment:Segment {owner: $owner, id: $segment})
MATCH path = SHORTEST 1 (from:Graphscan)-[:CONNECTS_TO|IN_SEGMENT]->{1,8}(segment)
WHERE from <> segment AND NOT from:Derived
RETURN from.id AS id, from.name AS name, from.kind AS kind, length(path) AS steps
ORDER BY steps, id LIMIT $limit
