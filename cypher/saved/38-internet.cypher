// What can be talked to from the internet
// Applications and hosts that are reachable from the internet, or possibly so, with what each needs beside.
// $limit (integer, default 200): the most rows
MATCH (what:Graphscan {owner: $owner})-[r:REACHABLE_FROM]->(:Segment {owner: $owner, id: 'internet'})
RETURN what.id AS id, what.name AS name, r.guards AS also_needed, r.observed AS observed
ORDER BY CASE r.observed WHEN 'yes' THEN 0 ELSE 1 END, id, also_needed LIMIT $limit
