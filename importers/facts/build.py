"""From entries to records: what each says on its own, and whether what they say of each other fits the kinds."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import product

from graphscan.compose.fields import RefusedError, Taken, take
from graphscan.compose.problems import Problems, shown
from graphscan.compose.tree import Items, Tree
from graphscan.kinds import (
    FAMILIES,
    INTERNET,
    NODE_KINDS,
    RELATION_KINDS,
    RelationKind,
    family_of,
)
from graphscan.model import Classify, Coverage, CoverageState, Evidence, EvidenceKind, Node, Record, Ref, Relation
from graphscan.select import level_hint, split_level
from importers.facts.forms import CLASSIFY, COVERAGE, NODE, RELATION
from importers.facts.parts import Guard, check_interval

MOST_AT_ONCE = 100_000

_TWICE = "keep one of them"
_ONLY_CREDENTIAL = ("versions", "expires_at", "last_used")
_ONLY_CONTROL = ("enforced", "effect")
_THROUGH = ("CONTAINS", "HAS_CREDENTIAL", "HELD_BY", "SIGNS_IN_AS", "TRUSTS")


@dataclass(slots=True)
class Sheet:
    """
    The entries of one file.

    Attributes:
        file:     as problems name it.
        where:    as evidence names it.
        at:       when its statements were made.
        evidence: of every entry that states none.
        tables:   the entries by table; each is gone through once.
    """

    file: str
    where: str
    at: datetime
    evidence: EvidenceKind
    tables: dict[str, Iterable[Tree]] = field(default_factory=dict)


@dataclass(slots=True)
class Builder:
    """
    Makes records of the sheets of one import: all nodes first, so that relations know the kinds of their ends.

    Attributes:
        kinds: the kind of each declared node, None where it could not be read.
        seen:  where each id, relation and coverage was first stated.
    """

    problems: Problems
    kinds: dict[str, str | None] = field(default_factory=lambda: {INTERNET: "Segment"})
    seen: dict[tuple[str, Hashable], tuple[str, int, int]] = field(default_factory=dict)
    rules: int = 0

    def build(self, sheets: list[Sheet]) -> list[Record]:
        """Return the records of all sheets in file order; problems are noted, not raised."""
        records: list[Record] = []
        for table, make in (
            ("nodes", self._node),
            ("relations", self._relations),
            ("coverage", self._coverage),
            ("classify", self._classify),
        ):
            for sheet in sheets:
                self.problems.file = sheet.file
                for entry in sheet.tables.get(table, ()):
                    try:
                        records += make(entry, sheet)
                    except RefusedError:
                        continue
        return records

    # One method a table

    def _node(self, entry: Tree, sheet: Sheet) -> Iterator[Node]:
        taken = take(entry, NODE, self.problems, "a node")
        said = taken.values
        kind = said.get("kind")
        if "id" in said:
            if (first := self._before("id", said["id"], taken, sheet)) is not None:
                taken.good = False
                self._problem(taken, "id", f"the id {shown(said['id'])} was already declared at {first}", _TWICE)
            if said["id"] == INTERNET and kind not in (None, "Segment"):
                self._problem(
                    taken, "kind", "`internet` is the Segment that anyone has a position on", "use another id"
                )
            self.kinds.setdefault(said["id"], kind)
        good = check_interval(taken, self.problems) and taken.good
        for names, only in ((_ONLY_CREDENTIAL, "Credential"), (_ONLY_CONTROL, "Control")):
            for name in names:
                if name in said and kind not in (None, only):
                    hint = "use valid_to" if name == "expires_at" else "remove it"
                    self._problem(taken, name, f"only a {only} has `{name}`, this is a {kind}", hint)
                    good = False
        if not good:
            return
        evidence = self._evidence(taken, sheet)
        versions = tuple(
            replace(one.version, evidence=one.evidence or evidence.kind) for one in said.pop("versions", ())
        )
        for name in ("last_used", "labels", "enforced", "keys"):
            said[name] = tuple(said.get(name, ()))
        yield Node(**{**said, "versions": versions, "evidence": evidence})

    def _relations(self, entry: Tree, sheet: Sheet) -> Iterator[Relation]:
        taken = take(entry, RELATION, self.problems, "a relation")
        said = taken.values
        sources = self._ends(taken, "source", "sources")
        targets = self._ends(taken, "target", "targets")
        guards = self._guards(taken)
        good = check_interval(taken, self.problems) and taken.good
        if not good or sources is None or targets is None or guards is None or not self._fits(taken, sources, targets):
            return
        if len(sources) * len(targets) > MOST_AT_ONCE:
            what = f"this entry means {len(sources) * len(targets):,} relations, more than {MOST_AT_ONCE:,}"
            self._problem(taken, "kind", what, "state a Group or Scope between them")
            return
        evidence = self._evidence(taken, sheet)
        names = ("kind", "needs", "gives", "valid_from", "valid_to", "via", "stored_at", "observed", "properties")
        shared = {name: said[name] for name in names if name in said}
        # What makes two statements the same one: the parts of `Relation.id`, without the cost of its digest.
        same = (*(shared.get(name) for name in ("kind", "needs", "gives", "via", "valid_from")), frozenset(guards))
        for (source, _), (target, _) in product(sources, targets):
            relation = Relation(source=source, target=target, guarded_by=guards, evidence=evidence, **shared)
            if (first := self._before("relation", (source, target, same), taken, sheet)) is None:
                yield relation
            else:
                what = f"{shown(source.text)} {relation.kind} {shown(target.text)} was already stated at {first}"
                self._problem(taken, "kind", what, _TWICE)

    def _coverage(self, entry: Tree, sheet: Sheet) -> Iterator[Coverage]:
        taken = take(entry, COVERAGE, self.problems, "coverage")
        said = taken.values
        complete = said.pop("complete", None)
        if complete is False:
            hint = "say what it is: state: not_collected, partial, denied …"
            self._problem(taken, "complete", "`complete` can only be true", hint)
            return
        if taken.good and (complete is None) == ("state" not in said):
            what = "coverage needs exactly one of `state` and `complete`"
            self._problem(taken, "state", what, "complete: true is short for state: complete")
            return
        if not check_interval(taken, self.problems) or not taken.good:
            return
        said.setdefault("state", CoverageState.COMPLETE)
        said.setdefault("at", sheet.at)
        said.setdefault("evidence", sheet.evidence)
        one = Coverage(**said)
        place = (one.relation, one.scope, one.endpoint, one.valid_from)
        if (first := self._before("coverage", place, taken, sheet)) is None:
            yield one
        else:
            scope = f" in {shown(one.scope)}" if one.scope else ""
            self._problem(taken, "relation", f"coverage of {one.relation}{scope} was already stated at {first}", _TWICE)

    def _classify(self, entry: Tree, _sheet: Sheet) -> Iterator[Classify]:
        taken = take(entry, CLASSIFY, self.problems, "a rule")
        said = taken.values
        if not taken.good:
            return
        if "sensitivity" not in said and "labels" not in said:
            self._problem(taken, "select", "the rule gives nothing", "add sensitivity or labels")
            return
        self.rules += 1
        yield Classify(said["select"], said.get("sensitivity"), tuple(said.get("labels", ())), self.rules - 1)

    # Parts of an entry

    def _problem(self, taken: Taken, key: str, what: str, hint: str = "") -> None:
        self.problems.add(*taken.place(key), what, hint)

    def _before(self, sort: str, what: Hashable, taken: Taken, sheet: Sheet) -> str | None:
        """Return where the same was stated before, or None, and remember this place, where it was not."""
        here = (sheet.file, taken.entry.line, taken.entry.column)
        first = self.seen.setdefault((sort, what), here)
        return None if first is here else f"{first[0]}:{first[1]}:{first[2]}"

    def _evidence(self, taken: Taken, sheet: Sheet) -> Evidence:
        said = taken.values.pop("evidence", None)
        where = f"{sheet.where}:{taken.entry.line}"
        if said is None:
            return Evidence(sheet.evidence, where, sheet.at)
        return Evidence(said.kind, where, said.at or sheet.at)

    def _ends(self, taken: Taken, one: str, several: str) -> list[tuple[Ref, Tree]] | None:
        """Return the references at one end with their places, or None where they cannot be taken."""
        entry = taken.entry
        if (one in entry.values) == (several in entry.values):
            what = f"a relation needs exactly one of `{one}` and `{several}`"
            self.problems.add(entry.line, entry.column, what, f"{several} is a list")
            return None
        if one in taken.values:
            return [(taken.values[one], entry.values[one])]
        if several not in taken.values:
            return None
        listed = entry.values[several]
        places = listed.items if isinstance(listed, Items) else []
        return list(zip(taken.values[several], places, strict=True))

    def _kind_of(self, ref: Ref) -> str | None:
        """Return the kind of what a reference means, where these files say; None where they do not."""
        if ref.text.startswith("~name|"):
            return ref.text.split("|", 3)[2]
        return self.kinds.get(ref.text)

    def _guards(self, taken: Taken) -> tuple[tuple[Ref, str], ...] | None:
        """Return the guards, each with a level its node has, or None where one cannot be taken."""
        found: list[tuple[Ref, str]] = []
        stated: list[Guard] = taken.values.get("guarded_by", [])
        listed = taken.entry.values.get("guarded_by")
        places = listed.items if isinstance(listed, Items) else []
        for guard, place in zip(stated, places, strict=False):
            settled = self._guard(guard, place)
            if settled is None:
                continue
            if settled in found:
                self.problems.add(place.line, place.column, "this guard stands twice", "remove one")
            else:
                found.append(settled)
        return tuple(found) if len(found) == len(stated) else None

    def _guard(self, guard: Guard, place: Tree) -> tuple[Ref, str] | None:
        ref, level = guard
        if level is None and ref.text not in self.kinds and not ref.text.startswith("~"):
            head, tail = split_level(ref.text)
            ref, level = Ref(head), tail
            head, colons, tail = ref.text.rpartition("::")
            if level is None and colons and (kind := self.kinds.get(head)) is not None:
                hint = level_hint(tail, family_of(kind).levels)
                self.problems.add(place.line, place.column, f"a {kind} has no level {shown(tail)}", hint)
                return None
        kind = self._kind_of(ref)
        if level is None:
            if kind is None:
                hint = "write `ID::LEVEL` or {ref: ID, level: LEVEL}; declared nodes have a level by default"
                what = f"the guard {shown(ref.text)} needs a level: no file says what kind it is"
                self.problems.add(place.line, place.column, what, hint)
                return None
            level = family_of(kind).acting
        elif kind is not None and level not in (levels := family_of(kind).levels):
            hint = level_hint(level, levels)
            self.problems.add(place.line, place.column, f"a {kind} has no level {shown(level)}", hint)
            return None
        return ref, level

    def _fits(self, taken: Taken, sources: list[tuple[Ref, Tree]], targets: list[tuple[Ref, Tree]]) -> bool:
        """Whether the table of kinds allows the relation, as far as the kinds of its ends are known."""
        relation = RELATION_KINDS[taken.values["kind"]]
        before = len(self.problems.found)
        for ends, allowed, verb in (
            (sources, relation.sources, "begin"),
            (targets, relation.targets, "end"),
        ):
            for ref, place in ends:
                kind = self._kind_of(ref)
                if kind is not None and kind not in allowed:
                    hint = f"it can {verb} at {', '.join(one for one in NODE_KINDS if one in allowed)}"
                    what = f"{relation.name} cannot {verb} at {shown(ref.text)}, which is a {kind}"
                    self.problems.add(place.line, place.column, what, hint)
        start, end = (targets, sources) if relation.starts_at_target else (sources, targets)
        self._check_level(taken, "needs", relation, start)
        self._check_level(taken, "gives", relation, end)
        for name, only in (("via", _THROUGH), ("stored_at", ("STORES",))):
            if name in taken.values and relation.name not in only:
                which = f"{', '.join(only[:-1])} and {only[-1]} have" if len(only) > 1 else f"{only[0]} has"
                self._problem(taken, name, f"only {which} `{name}`, this is {relation.name}", "remove it")
        if (via := taken.values.get("via")) is not None and self._kind_of(via) not in (None, "Application"):
            self._problem(taken, "via", f"one goes via an Application, not a {self._kind_of(via)}")
        return len(self.problems.found) == before

    def _check_level(self, taken: Taken, key: str, relation: RelationKind, ends: list[tuple[Ref, Tree]]) -> None:
        level = taken.values.get(key)
        if level is None:
            return
        if relation.carries:
            hint = "remove it: who is in a group acts for it as strongly as he is signed in"
            self._problem(taken, key, f"{relation.name} carries every level and states none", hint)
            return
        side = (
            relation.targets if ends is not None and (key == "needs") == relation.starts_at_target else relation.sources
        )
        for ref, _ in ends:
            kind = self._kind_of(ref)
            levels = _levels(side if kind is None else frozenset({kind}))
            if level not in levels:
                whose = f"{shown(ref.text)}, a {kind}," if kind else f"what stands at this end of {relation.name}"
                hint = level_hint(level, levels)
                self._problem(taken, key, f"{whose} has no level {shown(level)}", hint)
                return


@lru_cache
def _levels(kinds: frozenset[str]) -> list[str]:
    """Return every level that a node of one of these kinds can have."""
    families = {NODE_KINDS[kind].family for kind in kinds}
    return [level for family in FAMILIES.values() if family.name in families for level in family.levels]
