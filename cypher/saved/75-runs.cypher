// Which answers are here
// Runs that were pushed beside the graph.
MATCH (run:Run {owner: $owner}) WHERE NOT run:Gone
RETURN run.name AS name, run.sort AS sort, run.question AS question, run.as_of AS as_of
ORDER BY name
