// Who has to act
// Missed credentials by who answers for them, with the first twenty of each.
// $run (text, default incident): the name of the run
// $limit (integer, default 200): the most rows
MATCH (:Run {owner: $owner, name: $run})-[e:EXPOSED]->(credential) WHERE e.missed
WITH e, credential ORDER BY credential.id
RETURN coalesce(e.belongs_to, 'nobody') AS belongs_to, count(*) AS missed, collect(credential.id)[0..20] AS credentials
ORDER BY missed DESC, belongs_to LIMIT $limit
