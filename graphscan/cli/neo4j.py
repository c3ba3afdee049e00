"""`graphscan neo4j`: the graph in a Neo4j database."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graphscan.cli import neo4j_options as own
from graphscan.cli import options
from graphscan.cli.asking import open_session
from graphscan.cli.complete import complete_node
from graphscan.cli.output import emit, targets
from graphscan.cli.progress import Progress
from graphscan.errors import UsageError

if TYPE_CHECKING:
    from graphscan.analysis.session import Session
    from graphscan.exchange.neo4j.answers import Answer

QUERY_FORMATS = ("table", "json", "csv")


def push(
    from_: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="FROM",
            autocompletion=complete_node,
            help="Push also what an attacker who holds this reaches, as `blast` does; may be given several times.",
        ),
    ] = None,
    incident: Annotated[
        Path | None,
        typer.Option("--incident", metavar="FILE", help="Push also what `incident` answers of this incident file."),
    ] = None,
    claims: Annotated[
        list[Path] | None,
        typer.Option("--claims", metavar="FILE", help="Push also the verdicts of this claims file, with their paths."),
    ] = None,
    run: Annotated[
        str | None,
        typer.Option(
            "--run",
            metavar="NAME",
            help="What that answer is called; one of the same name is replaced. Default: blast, incident or claims.",
        ),
    ] = None,
    steps: Annotated[bool, typer.Option("--steps/--no-steps", help="Push attack steps, or only the inventory.")] = True,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what would be sent; connect to nothing.")] = False,
    uri: own.Uri = own.DEFAULT_URI,
    user: own.User = "neo4j",
    password_file: own.PasswordFile = None,
    database: own.Database = "neo4j",
    allow_plain: own.AllowPlain = False,
    store: options.Store = options.DEFAULT_STORE,
    as_of: options.AsOf = None,
    snapshot: options.Snapshot = None,
    techniques: options.Techniques = None,
    output: options.Output = None,
) -> None:
    """Push the store into a Neo4j database.

    Repeated after an interruption it goes on where it stopped; what is stale goes only after the new is in. Nothing
    that another store or person put there is touched. docs/neo4j.md says what is where.
    """
    wanted = targets(output)
    asked = [name for name, given in (("--from", from_), ("--incident", incident), ("--claims", claims)) if given]
    if len(asked) > 1:
        raise UsageError(f"{asked[0]} and {asked[1]} are two answers", "push one after the other, each with its --run")
    if run is not None and not asked:
        raise UsageError("--run names an answer, and none is pushed", "add --from, --incident or --claims")
    if run is not None and not run.isprintable():
        raise UsageError("--run holds signs that cannot be seen", "use visible signs")
    target = None if dry_run else own.server(uri, user, password_file, database)
    with Progress() as progress:
        from graphscan.exchange.content import Content
        from graphscan.exchange.elements import Elements
        from graphscan.exchange.neo4j import push as pushing
        from graphscan.exchange.neo4j.connection import connect
        from graphscan.exchange.neo4j.plan import Plan
        from graphscan.exchange.neo4j.results import PushResult
        from graphscan.exchange.owner import owner_of_store

        session = open_session(store, progress, as_of=as_of, snapshot=snapshot, techniques=techniques)
        owner, content = owner_of_store(store), Content(session)
        question = " ".join([*(from_ or ()), *(f"`{one}`" for one in (incident, *(claims or ())) if one is not None)])
        name = run or (asked[0].lstrip("-").replace("from", "blast") if asked else "")
        if target is None:
            plan = Plan(Elements(content, owner, steps=steps))
            progress("counting")
            for _ in plan.batches():
                pass
            sent = dict(plan.sent)
            emit(wanted, PushResult("", owner, True, sent.pop("nodes", 0), sent, {}, run=name))
            return
        answer = _answer(session, from_, incident, claims, progress)
        with connect(target, allow_plain=allow_plain) as connection:
            done = pushing.push(connection, content, owner, steps=steps, progress=progress)
            answered = kept = 0
            if answer is not None:
                from graphscan.exchange.neo4j.answers import push_answer

                answered, kept = push_answer(connection, owner, name, answer, question, progress)
        sent = dict(done.sent)
        result = PushResult(
            f"{uri} ({database})",
            owner,
            False,
            sent.pop("nodes", 0),
            sent,
            done.changed,
            done.resumed,
            done.gone + kept,
            name,
            answered,
        )
    emit(wanted, result)


def clear(
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="Remove only what this source alone said.")
    ] = None,
    run: Annotated[str | None, typer.Option("--run", metavar="NAME", help="Remove only this answer.")] = None,
    owner: own.Owner = None,
    uri: own.Uri = own.DEFAULT_URI,
    user: own.User = "neo4j",
    password_file: own.PasswordFile = None,
    database: own.Database = "neo4j",
    allow_plain: own.AllowPlain = False,
    store: options.Store = options.DEFAULT_STORE,
    output: options.Output = None,
) -> None:
    """Remove from a database what this store put there.

    A node that somebody tied something of his own to is kept, and said.
    """
    wanted = targets(output)
    if source is not None and run is not None:
        raise UsageError("--source and --run are two things", "remove one after the other")
    target = own.server(uri, user, password_file, database)
    from graphscan.exchange.neo4j import clear as clearing
    from graphscan.exchange.neo4j.connection import connect
    from graphscan.exchange.neo4j.results import ClearResult
    from graphscan.exchange.owner import owner_of_store
    from graphscan.store import Store

    with Progress() as progress:
        if owner is None:
            Store.open(store)
            owner = owner_of_store(store)
        progress("removing")
        with connect(target, allow_plain=allow_plain) as connection:
            owner = clearing.owner_in(connection, owner)
            if run is not None:
                done = clearing.clear_run(connection, owner, run)
            elif source is not None:
                done = clearing.clear_source(connection, owner, source)
            else:
                done = clearing.clear_all(connection, owner)
    result = ClearResult(f"{uri} ({database})", owner, done.what, done.nodes, done.relationships, done.kept)
    emit(wanted, result)


def queries(output: options.Output = None) -> None:
    """List the saved queries, with what each answers and its parameters."""
    from graphscan.exchange.neo4j import pack
    from graphscan.exchange.neo4j.results import QueriesResult

    emit(targets(output), QueriesResult(pack.queries()))


def query(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A saved query; `graphscan neo4j queries` lists them.")],
    parameter: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="A parameter; may be given several times."),
    ] = None,
    owner: own.Owner = None,
    uri: own.Uri = own.DEFAULT_URI,
    user: own.User = "neo4j",
    password_file: own.PasswordFile = None,
    database: own.Database = "neo4j",
    allow_plain: own.AllowPlain = False,
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FORMAT[=FILE]",
            help="table, json or csv, to the screen or into FILE; may be given several times.",
        ),
    ] = None,
) -> None:
    """Run a saved query, without the right to write."""
    wanted = targets(output or ["table"], QUERY_FORMATS)
    from graphscan.exchange.neo4j import pack

    saved = pack.query(name)
    given: dict[str, str] = {}
    for one in parameter or ():
        key, equals, value = one.partition("=")
        if not equals or not key:
            raise UsageError(f"-p `{one}` has no value", "write -p name=value")
        given[key] = value
    pack.parameters(saved, given)  # what is wrong with them is said before a server is asked
    target = own.server(uri, user, password_file, database)
    from graphscan.exchange.neo4j.back import owner_of
    from graphscan.exchange.neo4j.connection import connect

    with Progress() as progress:
        progress("asking")
        with connect(target, allow_plain=allow_plain) as connection:
            result = pack.run(connection, saved, given, owner_of(connection, owner).id)
    emit(wanted, result)


# Private functions


def _answer(
    session: "Session",
    from_: list[str] | None,
    incident: Path | None,
    claims: list[Path] | None,
    progress: Progress,
) -> "Answer | None":
    """Compute what is pushed beside the graph. It can end in an error: nothing was sent then."""
    if from_:
        from graphscan.analysis.blast import blast

        progress("computing the reach")
        return blast(session, from_, limit=options.DEFAULT_LIMIT, most=None, obtained=None)
    if incident is not None:
        from graphscan.analysis.incident import ask
        from graphscan.analysis.incident_file import load

        return ask(session, load(incident), progress=progress)
    if claims:
        from graphscan.claims.check import check
        from graphscan.claims.load import load as load_claims

        return check(session, load_claims(claims), today=session.as_of.date(), progress=progress)
    return None
