"""Steps that a relation kind is on its own, declared in the vocabulary: they need no technique file."""

import duckdb

from graphscan import kinds


def add_steps(con: duckdb.DuckDBPyConnection) -> None:
    """
    Append to table `step` one step for each relation of a kind that is a step on its own.

    A relation of a carried kind without levels becomes one row whose level is `kinds.CARRIED` at both ends.
    """
    for kind in kinds.RELATION_KINDS.values():
        if not kind.step:
            continue
        start, end = ("source", "target") if kind.step == "forward" else ("target", "source")
        # How derived relations are printed and counted differs: they are folded and cost nothing. They are numbered
        # behind all that any source states.
        con.execute(
            f"INSERT INTO step SELECT r.{start}, r.needs, r.{end}, r.gives, r.guards, [r.r], r.observed <> 'yes', "
            "CASE WHEN r.r < (SELECT count(*) FROM base.relation) THEN ? ELSE ? END "
            "FROM relation r WHERE r.kind = ?",
            [f"structural:{kind.name}", f"derived:{kind.name}", kind.name],
        )


def enter_populations(con: duckdb.DuckDBPyConnection) -> None:
    """
    Lead each step that puts somebody into a group to the population of those put into it as well.

    What a group's stated members may do is decided for them (`graphscan.expand.sign_on`); who joins it is none of them.
    """
    con.execute(
        "INSERT INTO step SELECT s.source, s.source_level, j.population, s.target_level, s.guards, s.relations, "
        "s.possible, s.technique FROM step s JOIN sign_on_joined j ON j.grp = s.target "
        "WHERE s.technique::VARCHAR NOT LIKE 'structural:%' AND s.technique::VARCHAR NOT LIKE 'derived:%'"
    )


def titles() -> dict[str, str]:
    """Return a title for each technique name that `add_steps` uses."""
    return {
        f"{prefix}:{kind.name}": f"{kind.name} ({kind.what})"
        for kind in kinds.RELATION_KINDS.values()
        if kind.step
        for prefix in ("structural", "derived")
    }
