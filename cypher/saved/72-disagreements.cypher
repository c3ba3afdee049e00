// What sources disagree about
// Fields of a thing that sources state differently: what each says, and whether that was believed.
// $limit (integer, default 200): the most rows
MATCH (row:Disagreement {owner: $owner}) WHERE NOT row:Gone
RETURN row.about AS id, row.field AS field, row.source AS source, row.value AS value, row.chosen AS believed
ORDER BY id, field, source, value LIMIT $limit
