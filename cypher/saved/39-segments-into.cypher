// Which network segments lead to this one
// Segments, hosts and gateways from which a segment can be entered, up to eight steps away.
// $segment (text): the id of the segment
// $limit (integer, default 200): the most rows
MATCH p = (from:Graphscan {owner: $owner})-[:CONNECTS_TO|IN_SEGMENT*1..8]->(:Segment {owner: $owner, id: $segment})
WHERE from.id <> $segment AND NOT from:Derived
RETURN from.id AS id, from.name AS name, from.kind AS kind, min(length(p)) AS steps
ORDER BY steps, id LIMIT $limit
