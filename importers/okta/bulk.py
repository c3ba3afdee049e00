"""
The two listings of an organisation that have millions of records, members of groups and accounts in applications.

What is plain in them (objects with an id, each once, of users that are known) becomes relations in DuckDB, without a
Python object for each; every listing that holds anything else is mapped record by record, as all others are. So both
ways give the same inventory and count the same.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO

from graphscan.errors import ImportFailedError
from graphscan.model import Record, SourceInfo
from importers._bulk import Members, Pieces
from importers._http import Page
from importers._packed_lines import Spot
from importers._snapshot import Header, Snapshot
from importers.okta import endpoints as ends
from importers.okta.bulk_accounts import ODD_ACCOUNTS, account_relations
from importers.okta.context import Tally
from importers.okta.ids import node_id
from importers.okta.normalise import Normaliser, source_of

_QUOTED_ID = "'\"[A-Za-z0-9_-]{1,128}\"'"
_ID = f"CASE WHEN regexp_full_match(one.id::VARCHAR, {_QUOTED_ID}) THEN trim(one.id::VARCHAR, '\"') END AS id"
_TABLES = {
    "member": Members(ends.GROUP_USERS, "STRUCT(id JSON)", _ID),
    "account": Members(
        ends.APP_USERS,
        'STRUCT(id JSON, "scope" JSON, status JSON, credentials STRUCT("userName" JSON))',
        f'{_ID}, one."scope"::VARCHAR AS scope, one.status::VARCHAR AS status, '
        'one.credentials."userName"::VARCHAR AS user_name',
    ),
}
_ENDPOINTS = {"member": ends.GROUP_USERS, "account": ends.APP_USERS}


class LargeSnapshot:
    """
    A checked snapshot whose large listings are in DuckDB: pages, but for what is plain in those.

    Args:
        folder: an empty one of our own, for what does not fit into memory.

    Attributes:
        header, coverage: as of `Snapshot`.
        connection: holds what `tables` selects from.

    Raises:
        BadFileError:      as `Snapshot`.
        ImportFailedError: there is no room for what is kept meanwhile.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        import duckdb

        self.connection = duckdb.connect()
        self._pieces = Pieces(self.connection, folder, _TABLES)
        self._kept_at = folder / "kept"
        # Of each page its number, its path where it is of a large listing, how long its line is and where it stands.
        self._places: list[tuple[int, str, int, Spot]] = []
        try:
            with self._kept_at.open("wb") as kept:
                self._snapshot = Snapshot(path, lambda number, raw, spot: self._take(kept, number, raw, spot))
            self._pieces.finish()
        except OSError as error:
            self._pieces.stop()
            raise ImportFailedError(
                f"pages cannot be kept in {str(folder)!r} while they are read: {error.strerror or error}",
                "make room there, or name another folder in the variable TMPDIR",
            ) from error
        except BaseException:
            self._pieces.stop()
            raise
        self.header: Header = self._snapshot.header
        self.coverage = self._snapshot.coverage
        self._known: Callable[[], list[str]] = list
        self._tally: Mapping[str, Tally] = {}
        self._record_wise: Callable[[str], bool] = lambda _app: False
        self._signs_in: Callable[[str], bool] = lambda _app: False
        self._decided = False
        self._plain: dict[str, str] = {}

    def ask(
        self,
        known: Callable[[], list[str]],
        tally: Mapping[str, Tally],
        record_wise: Callable[[str], bool],
        signs_in: Callable[[str], bool] = lambda _app: False,
    ) -> None:
        """
        Say what decides which listings are plain.

        Args:
            known:       returns the ids of the users that were mapped so far.
            tally:       what became of the records of each end point.
            record_wise: whether the accounts of an application, by its id, say more than that they are there.
            signs_in:    whether they also say, by state and name alone, who their holders become.
        """
        self._known, self._tally, self._record_wise, self._signs_in = known, tally, record_wise, signs_in

    def pages(self) -> Iterator[Page]:
        """Yield the pages in their order, but for those of plain listings."""
        with self._kept_at.open("rb") as kept:
            for number, path, size, spot in self._places:
                if not path:
                    yield self._snapshot.page(number, kept.read(size))
                    continue
                if not self._decided:
                    self._decide()
                if path not in self._plain:
                    yield self._snapshot.again(number, spot)

    def tables(self) -> Mapping[str, str]:
        """Return a SELECT for each of the store's tables that has rows from plain listings; call it at the end."""
        if not self._decided:
            return {}
        name = self.header.source.removeprefix("okta:")
        user, group = node_id(name, "user", "%").split("%")[0], node_id(name, "group", "%").split("%")[0]
        said = [_part(f"{_text(user)} || id"), "'9:MEMBER_OF'", _part(f"{_text(group)} || owner"), *["'0:'"] * 4]
        digest = " || ".join(said)
        at = self.header.finished.replace(tzinfo=None).isoformat(sep=" ")
        becomes = account_relations(self.header.source.removeprefix("okta:"), at)
        return {
            "relations": f"""
                SELECT 'r' || sha256({digest})[:20] AS id, {_text(user)} || id AS source, 'MEMBER_OF' AS kind,
                  {_text(group)} || owner AS target, [] AS guarded_by, 'yes' AS observed, '{{}}' AS properties,
                  'config' AS evidence, path AS evidence_where, TIMESTAMP '{at}' AS evidence_at
                FROM member JOIN (
                  SELECT number AS listing, path, split_part(path, '/', 5) AS owner FROM plain WHERE part = 'member'
                ) USING (listing)
                UNION ALL BY NAME {becomes}"""
        }

    def plain_listings(self, part: str) -> int:
        """Return how many listings of members (`member`) or accounts (`account`) never became records."""
        return sum(one == part for one in self._plain.values())

    def close(self) -> None:
        """Let go of what is read."""
        self.connection.close()

    # Private functions

    def _take(self, kept: IO[bytes], number: int, raw: bytes, spot: Spot) -> None:
        path = self._pieces.take(raw)
        self._places.append((number, path, len(raw), spot))
        if not path:
            kept.write(raw)

    def _decide(self) -> None:
        self._decided = True
        con = self.connection
        con.execute("CREATE TABLE known AS SELECT unnest(?::VARCHAR[]) AS id", [self._known()])
        con.execute("CREATE TABLE unread AS SELECT unnest(?::VARCHAR[]) AS path", [sorted(self._pieces.unread)])
        con.execute("CREATE TABLE plain (part VARCHAR, number INTEGER, path VARCHAR)")
        for part in _TABLES:
            whole = "count(*) = count(id) AND count(*) = count(DISTINCT id)"
            if part == "member":
                whole += " AND bool_and(id IN (SELECT id FROM known))"
            rows = con.execute(
                f"SELECT number, path, count(*) AS records FROM {part} JOIN listing ON number = listing "
                f"WHERE path NOT IN (SELECT path FROM unread) GROUP BY number, path HAVING {whole} ORDER BY number"
            ).fetchall()
            if part == "account":
                rows = [row for row in rows if not self._record_wise(row[1].split("/")[4])]
                signing = [row[0] for row in rows if self._signs_in(row[1].split("/")[4])]
                con.execute("CREATE TABLE signing AS SELECT unnest(?::INTEGER[]) AS listing", [signing])
                odd = {row[0] for row in con.execute(ODD_ACCOUNTS).fetchall()}
                rows = [row for row in rows if row[0] not in odd]
            con.execute(
                "INSERT INTO plain SELECT ?, unnest(?::INTEGER[]), unnest(?::VARCHAR[])",
                [part, [row[0] for row in rows], [row[1] for row in rows]],
            )
            self._plain |= {row[1]: part for row in rows}
            self._count(part, sum(row[2] for row in rows))

    def _count(self, part: str, records: int) -> None:
        """Count the records that never become pages again; the others are counted when they are mapped."""
        tally = self._tally[_ENDPOINTS[part]]
        tally.read += records
        tally.imported += records


def normalise_in_bulk(path: Path, folder: Path) -> tuple[SourceInfo, Iterator[Record], LargeSnapshot]:
    """
    Return the source, its records but for those of plain listings, and what has these as tables once those were taken.

    Args:
        folder: an empty one of our own, for what does not fit into memory; needed until the tables were read.

    Raises:
        BadFileError: the file is no snapshot of Okta, or not what was written.
    """
    snapshot = LargeSnapshot(path, folder)
    about = source_of(snapshot, path)
    normaliser = Normaliser(snapshot)
    snapshot.ask(normaliser.known_users, normaliser.tally, normaliser.says_each_account, normaliser.signs_in)
    return about, normaliser.records(), snapshot


# Private functions


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _part(text: str) -> str:
    """Return SQL of a text with its length before it, as `Relation.id` counts it."""
    return f"length({text}) || ':' || {text}"
