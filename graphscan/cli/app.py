"""The commands put together; importing this imports nothing that only one command needs."""

from typing import Annotated

import typer

from graphscan import __version__
from graphscan.cli import (
    blast,
    cache,
    check,
    claims_init,
    collect_atlassian,
    collect_okta,
    demo,
    diff,
    doctor_atlassian,
    doctor_okta,
    examples,
    explain,
    export,
    exposure,
    fix,
    home,
    import_atlassian,
    import_facts,
    import_neo4j,
    import_okta,
    import_opengraph,
    import_secrets,
    import_snapshot,
    incident,
    init,
    neo4j,
    paths,
    report,
    select,
    status,
    techniques,
    verify,
)

# The root takes no option that a command would need: `main` goes straight to the command.
# Plain help: the decorated one costs 60 ms of imports, and data must never be read as markup.
app = typer.Typer(
    name="graphscan",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    invoke_without_command=True,
    no_args_is_help=False,
)
imports = typer.Typer(rich_markup_mode=None, help="Read inventory into the store.", no_args_is_help=True)
collects = typer.Typer(rich_markup_mode=None, help="Read a vendor's data into a file.", no_args_is_help=True)
doctors = typer.Typer(rich_markup_mode=None, help="Say what of a vendor's data can be read.", no_args_is_help=True)
claims = typer.Typer(rich_markup_mode=None, help="Begin a claims file, and write it.", no_args_is_help=True)
exports = typer.Typer(rich_markup_mode=None, help="Write the graph for other tools.", no_args_is_help=True)
neo4js = typer.Typer(rich_markup_mode=None, help="The graph in a Neo4j database.", no_args_is_help=True)
caches = typer.Typer(rich_markup_mode=None, help="Look after what is kept for speed.", no_args_is_help=True)


@app.callback()
def graphscan(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """
    Show what a stolen credential reaches, by which paths, and what stopped the rest.

    Exit codes: 0 answered; 1 a claim fails, an exposed credential is missed; 2 usage, bad file, unknown name, a
    selector that matches nothing, a locked or damaged store; 3 an import or collection with gaps, a claim that is not
    decided; 70 internal error.
    """
    if version:
        from graphscan.engine import kernel

        why = kernel.absent()
        typer.echo(f"graphscan {__version__}\ncompiled kernel: {f'not in use, {why}' if why else 'in use'}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        home.home()


app.command("demo")(demo.demo)
app.command("examples")(examples.examples)
app.command("init")(init.init)
app.add_typer(imports, name="import")
imports.command("facts")(import_facts.import_facts)
imports.command("okta")(import_okta.import_okta)
imports.command("jira")(import_atlassian.import_jira)
imports.command("confluence")(import_atlassian.import_confluence)
imports.command("bitbucket")(import_atlassian.import_bitbucket)
imports.command("atlassian-org")(import_atlassian.import_organization)
imports.command("secrets")(import_secrets.import_secrets)
imports.command("neo4j")(import_neo4j.import_neo4j)
imports.command("opengraph")(import_opengraph.import_opengraph)
imports.command("snapshot")(import_snapshot.import_snapshot)
app.add_typer(collects, name="collect")
collects.command("okta")(collect_okta.collect_okta)
collects.command("jira")(collect_atlassian.collect_jira)
collects.command("confluence")(collect_atlassian.collect_confluence)
collects.command("bitbucket")(collect_atlassian.collect_bitbucket)
collects.command("atlassian-org")(collect_atlassian.collect_organization)
app.add_typer(doctors, name="doctor")
doctors.command("okta")(doctor_okta.doctor_okta)
doctors.command("atlassian")(doctor_atlassian.doctor_atlassian)
app.command("status")(status.status)
app.command("select")(select.select)
app.command("blast")(blast.blast)
app.command("paths")(paths.paths)
app.command("fix")(fix.fix)
app.command("exposure")(exposure.exposure)
app.command("incident")(incident.incident)
app.command("diff")(diff.diff)
app.command("check")(check.check)
app.command("report")(report.report)
app.command("verify")(verify.verify)
app.add_typer(claims, name="claims")
claims.command("init")(claims_init.claims_init)
claims.command("schema")(claims_init.claims_schema)
app.command("explain")(explain.explain)
app.command("techniques")(techniques.techniques)
app.add_typer(exports, name="export")
exports.command("opengraph")(export.opengraph)
exports.command("graphml")(export.graphml)
exports.command("parquet")(export.parquet)
exports.command("networkx")(export.networkx)
app.add_typer(neo4js, name="neo4j")
neo4js.command("push")(neo4j.push)
neo4js.command("clear")(neo4j.clear)
neo4js.command("queries")(neo4j.queries)
neo4js.command("query")(neo4j.query)
app.add_typer(caches, name="cache")
caches.command("clear")(cache.clear)
