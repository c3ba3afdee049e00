// Which exposed credentials were missed
// Credentials of an incident that are not proven dead, with the state and what they open.
// $run (text, default incident): the name of the run
// $limit (integer, default 200): the most rows
MATCH (:Run {owner: $owner, name: $run})-[e:EXPOSED]->(credential) WHERE e.missed
RETURN credential.id AS id, credential.name AS name, e.state AS state, e.detail AS detail, e.belongs_to AS belongs_to,
  e.opens_alone AS opens_alone, e.opens_with_others AS opens_with_others
ORDER BY opens_alone + opens_with_others DESC, id LIMIT $limit
