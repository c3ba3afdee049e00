"""What the selectors of claims mean in a store: node numbers by set-based SQL, each condition asked once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from graphscan import kinds, select
from graphscan.analysis.build import KINDS
from graphscan.analysis.session import Session
from graphscan.claims import conditions
from graphscan.claims.model import (
    AllOf,
    AnyOf,
    Claim,
    Condition,
    NamedSet,
    Not,
    Position,
    Selector,
    SetName,
    Written,
)
from graphscan.errors import ClaimsError, Problem
from graphscan.printable import printable

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

OUTCOME = "no claim was checked"
# A node that is only ever the end of a relation has no kind; of the derived ones only hypotheses can be asked for.
_TAKES_PART = "kind IS NOT NULL AND (provider <> 'derived' OR coalesce(hypothetical, false) AND ?)"


@dataclass(frozen=True)
class Group:
    """Nodes at one level: node numbers ascending, each once; `level` None where none was asked for."""

    level: str | None
    nodes: Ints


@dataclass(frozen=True)
class Selected:
    """
    What a selector matched; iterated over, (node number, level or None).

    Attributes:
        text:    the selector as it is shown.
        groups:  by level, none empty; a node may be in several.
        vacuous: "" or why nothing can be said with it: it matches nothing, or a set has fewer nodes than `at_least`.
    """

    text: str
    groups: tuple[Group, ...]
    vacuous: str

    def __iter__(self) -> Iterator[tuple[int, str | None]]:
        return ((n, group.level) for group in self.groups for n in group.nodes.tolist())

    def __len__(self) -> int:
        return sum(len(group.nodes) for group in self.groups)

    @cached_property
    def nodes(self) -> Ints:
        """Return the distinct node numbers, ascending."""
        return _union([group.nodes for group in self.groups])

    @property
    def count(self) -> int:
        """Return how many distinct nodes there are."""
        return len(self.nodes)


class Selection:
    """
    The selectors of claims files, resolved against one session and remembered.

    A hypothetical credential is matched by its id or name, or where `provider: derived` is asked for, as on the command
    line; other derived nodes are never matched.
    """

    def __init__(self, session: Session, sets: Mapping[str, NamedSet]) -> None:
        self.session = session
        self.sets = sets
        self._found: dict[tuple[Condition, bool], Ints] = {}
        self._resolved: dict[Selector, Selected] = {}

    def resolve(self, selector: Selector) -> Selected:
        """
        Return what a selector matches; nothing is not an error but `vacuous`.

        Raises:
            ClaimsError: plain names that are neither sets nor nodes'; a level that a matched node's kind has not.
        """
        found = self._resolved.get(selector)
        if found is None:
            found = self._resolved[selector] = self._selected(selector)
        return found

    def wrong(self, claims: Iterable[Claim]) -> list[Problem]:
        """Return all that is wrong with the selectors of claims, each problem once."""
        problems: list[Problem] = []
        for args in (claim.args for claim in claims):
            for selector in (getattr(args, one.name) for one in fields(args)):
                try:
                    if isinstance(selector, Selector):
                        self.resolve(selector)
                except ClaimsError as error:
                    problems += error.problems
        return list(dict.fromkeys(problems))

    # Private

    @cached_property
    def _kinds(self) -> NDArray[np.uint8]:
        return self.session.array("kind")

    def _selected(self, selector: Selector) -> Selected:
        self._look_up([one.condition for one in selector.branches if conditions.is_name(one.condition)])
        gathered: dict[str | None, list[Ints]] = {}
        short = ""
        for branch in selector.branches:
            if isinstance(branch.condition, SetName):
                for group in self.resolve(self.sets[branch.condition.name].selector).groups:
                    gathered.setdefault(branch.level or group.level, []).append(group.nodes)
            else:
                gathered.setdefault(branch.level, []).append(self._nodes(branch.condition, False))
            for name in [] if short else conditions.sets_of(branch.condition):
                short = short or self._short(self.sets[name])
        groups = tuple(Group(level, _union(parts)) for level, parts in gathered.items() if any(map(len, parts)))
        self._check_levels(selector, groups)
        return Selected(
            selector.text, groups, short or ("" if groups else f"`{printable(selector.text, 200)}` matches nothing")
        )

    def _short(self, named: NamedSet) -> str:
        """Return why a set, or one that it is made of, has fewer nodes than it must; or ""."""
        selected = self.resolve(named.selector)
        if selected.count >= named.at_least:
            return selected.vacuous
        what = f"{selected.count:,} node{'' if selected.count == 1 else 's'}"
        return f"the set `{named.name}` has {what}, and `at_least` says {named.at_least:,}"

    def _nodes(self, condition: Condition, hypotheses: bool) -> Ints:
        """Return the nodes that meet a condition, ascending; `hypotheses`: derived ones as well."""
        key = (condition, hypotheses)
        if key not in self._found:
            if conditions.is_name(condition):
                self._look_up([condition])
            else:
                self._found[key] = self._computed(condition, hypotheses)
        return self._found[key]

    def _computed(self, condition: Condition, hypotheses: bool) -> Ints:
        if isinstance(condition, SetName):
            return self.resolve(self.sets[condition.name].selector).nodes
        if isinstance(condition, Not):
            mask = self._mask(self._everything(hypotheses)) & ~self._mask(self._nodes(condition.part, True))
            return np.flatnonzero(mask)
        if isinstance(condition, AnyOf):
            return _union([self._nodes(part, hypotheses) for part in condition.parts])
        # What speaks of columns goes into one query, so that the cheap conditions spare the dear ones rows.
        parts = condition.parts if isinstance(condition, AllOf) else (condition,)
        plain = [part for part in parts if conditions.is_plain(part)]
        hypotheses = hypotheses or any(conditions.says_derived(part) for part in parts)
        found = [self._query(plain, hypotheses)] if plain else []
        found += [self._nodes(part, hypotheses) for part in parts if not conditions.is_plain(part)]
        mask = self._mask(found[0])
        for nodes in found[1:]:
            mask &= self._mask(nodes)
        return np.flatnonzero(mask)

    def _query(self, plain: Sequence[Condition], hypotheses: bool) -> Ints:
        said = [conditions.sql(one) for one in plain]
        found = self.session.con.execute(
            f"SELECT n FROM base.node AS node WHERE {_TAKES_PART} AND {' AND '.join(f'({sql})' for sql, _ in said)}",
            [hypotheses, *(value for _, values in said for value in values)],
        ).fetchnumpy()["n"]
        return np.sort(np.asarray(found, np.int64))

    def _everything(self, hypotheses: bool) -> Ints:
        key = (AllOf(()), hypotheses)
        if key not in self._found:
            found = self.session.con.execute(f"SELECT n FROM base.node WHERE {_TAKES_PART}", [hypotheses])
            self._found[key] = np.asarray(found.fetchnumpy()["n"], np.int64)
        return self._found[key]

    def _mask(self, nodes: Ints) -> Mask:
        mask = np.zeros(len(self._kinds), bool)
        mask[nodes] = True
        return mask

    def _look_up(self, names: Sequence[Condition]) -> None:
        """Remember the node that each name means; one that means none or several is an error, never an empty set."""
        written = [one for one in names if isinstance(one, Written) and (one, True) not in self._found]
        if not written:
            return
        wanted = sorted({str(one.selector.name) for one in written})
        rows = self.session.con.execute(
            "WITH wanted AS (SELECT unnest(?::VARCHAR[]) AS want), named AS ("
            "SELECT want, node.*, true AS exact FROM wanted JOIN base.node AS node ON node.id = want "
            "UNION ALL SELECT want, node.*, false FROM wanted JOIN base.node AS node ON node.name = want) "
            f"SELECT DISTINCT want, n, exact FROM named WHERE {_TAKES_PART} ORDER BY ALL",
            [wanted, True],
        ).fetchall()
        by_id = {name: [n] for name, n, exact in rows if exact}
        by_name: dict[str, list[int]] = {}
        for name, n, exact in rows:
            if not exact:
                by_name.setdefault(name, []).append(n)
        problems = []
        for one in written:
            name = str(one.selector.name)
            found = by_id.get(name) or by_name.get(name, [])
            if len(found) != 1:
                problems.append(_problem(one.position, *self._no_single(name, len(found))))
            self._found[one, True] = self._found[one, False] = np.array(found, np.int64)
        if problems:
            raise ClaimsError(problems, OUTCOME)

    def _no_single(self, name: str, count: int) -> tuple[str, str]:
        """Return what is wrong with a name that means no node or several, and what to do."""
        shown = printable(name, 200)
        if count:
            return f"{count:,} nodes are named `{shown}`", f"write {{name: {shown}}} for all of them, or the id of one"
        near = select.closest(name, self.sets) or self._near(name)
        hint = f"did you mean `{near}`?" if near else "see `graphscan status` for what there is"
        return f"`{shown}` is no set, and nothing has that id or name", hint

    def _near(self, name: str) -> str:
        rows = self.session.con.execute(
            "SELECT id FROM base.node WHERE kind IS NOT NULL AND provider <> 'derived' ORDER BY greatest("
            "jaro_winkler_similarity(id, ?), jaro_winkler_similarity(coalesce(name, ''), ?)) DESC, id LIMIT 1",
            [name[:200], name[:200]],
        ).fetchall()
        return str(rows[0][0]) if rows else ""

    def _check_levels(self, selector: Selector, groups: tuple[Group, ...]) -> None:
        for group in groups:
            for code in np.unique(self._kinds[group.nodes]).tolist() if group.level else ():
                levels = kinds.family_of(KINDS[code]).levels
                if group.level and group.level not in levels:
                    kind, hint = KINDS[code], select.level_hint(group.level, levels)
                    what = f"`{printable(selector.text, 200)}` matches something of kind {kind}, which has no level"
                    raise ClaimsError([_problem(selector.position, f"{what} `{group.level}`", hint)], OUTCOME)


# Private functions


def _problem(position: Position, what: str, hint: str) -> Problem:
    return Problem(position.file, position.line, position.column, what, hint)


def _union(parts: list[Ints]) -> Ints:
    return np.unique(np.concatenate([np.empty(0, np.int64), *parts]))
