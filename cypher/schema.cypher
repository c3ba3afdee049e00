// What graphscan asks of a database before it pushes; `neo4j push` runs the same statements itself.
// Community edition is enough. Every statement may be run again.

// One node for each key. Every node of graphscan has the label Graphscan and a `uid`: a digest of its store and its id.
CREATE CONSTRAINT graphscan_uid IF NOT EXISTS FOR (n:Graphscan) REQUIRE n.uid IS UNIQUE;

// Saved queries look a thing up by the id that `graphscan select` prints.
CREATE INDEX graphscan_id IF NOT EXISTS FOR (n:Graphscan) ON (n.id);

// What one store owns, and what its last push did not say again.
CREATE INDEX graphscan_owner IF NOT EXISTS FOR (n:Graphscan) ON (n.owner, n.push);
