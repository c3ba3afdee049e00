// What sources disagree about
// Fields of a thing that two sources state differently, and which was believed.
// $limit (integer, default 200): the most rows
MATCH (row:Disagreement {owner: $owner})
RETURN row.about AS id, row.field AS field, row.source AS source, row.value AS value, row.chosen AS believed
ORDER BY id, field, source LIMIT $limit
