// What to do first
// The order in which to act, with how many assets each closes; of a blast, what each move alone would close.
// $run (text, default incident): the name of the run
// $limit (integer, default 200): the most rows
MATCH (:Run {owner: $owner, name: $run})-[d:DO_FIRST]->(what)
RETURN d.place AS place, coalesce(d.action, d.edit) AS action, what.id AS id, what.name AS name, d.closes AS closes,
  coalesce(d.left, d.remaining) AS remaining
ORDER BY place LIMIT $limit
