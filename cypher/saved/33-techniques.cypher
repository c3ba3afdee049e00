// Which techniques there are steps of
// How many attack steps each technique has, and how many of them are only possible, since something was not read.
// $limit (integer, default 200): the most rows
MATCH (:Graphscan {owner: $owner})-[s]->() WHERE type(s) STARTS WITH 'STEP_'
RETURN s.technique AS technique, s.title AS title, count(s) AS steps,
  sum(CASE WHEN s.possible THEN 1 ELSE 0 END) AS only_possible
ORDER BY steps DESC, technique LIMIT $limit
