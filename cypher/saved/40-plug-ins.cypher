// Which plug-ins run where
// Plug-ins, what they are installed in, and the machines under that; a plug-in called "not read" stands for those that could not be listed.
// $limit (integer, default 200): the most rows
MATCH (plugin:Application {owner: $owner})-[:INSTALLED_IN]->(app:Application)
RETURN plugin.id AS plugin, plugin.name AS name, app.id AS application,
  COLLECT { MATCH (app)-[:RUNS_ON]->(host) RETURN DISTINCT host.id AS host ORDER BY host } AS hosts
ORDER BY application, plugin LIMIT $limit
