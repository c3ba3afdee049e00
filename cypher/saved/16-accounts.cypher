// Whose accounts an application has
// Accounts of an application's own directory, with what says that they are dead.
// $application (text): the id of the application
// $limit (integer, default 200): the most rows
MATCH (account:Graphscan {owner: $owner})-[:ACCOUNT_OF]->(:Application {owner: $owner, id: $application})
RETURN account.id AS id, account.name AS name, account.subtype AS subtype, account.dead AS dead
ORDER BY id LIMIT $limit
