// Which plug-ins run where
// Plug-ins, what they are installed in, and the machine under that.
// $limit (integer, default 200): the most rows
MATCH (plugin:Application {owner: $owner})-[:INSTALLED_IN]->(app:Application)
OPTIONAL MATCH (app)-[:RUNS_ON]->(host)
RETURN plugin.id AS plugin, plugin.name AS name, app.id AS application, collect(DISTINCT host.id) AS hosts
ORDER BY application, plugin LIMIT $limit
