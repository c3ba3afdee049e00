// What became of the exposed credentials
// How many exposed credentials are in each state, with a few of each.
// $run (text, default incident): the name of the run
MATCH (:Run {owner: $owner, name: $run})-[e:EXPOSED]->(credential)
WITH e, credential ORDER BY credential.id
RETURN e.state AS state, e.missed AS missed, count(*) AS credentials, collect(credential.id)[0..5] AS for_example
ORDER BY missed DESC, credentials DESC, state
