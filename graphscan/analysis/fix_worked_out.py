"""Which relation kinds something is worked out from, or rests on the absence of: their steps do not tell all."""

from dataclasses import dataclass

from graphscan.analysis.session import Session
from graphscan.analysis.view import GAP

_SIGN_ON = frozenset({"MEMBER_OF", "ASSIGNED_TO", "APPLIES_TO"})


@dataclass(frozen=True)
class WorkedOut:
    """
    Relation kinds of which the steps that rest on them do not tell all.

    Attributes:
        read:    something is worked out from them: with one, other steps may go as well.
        negated: something rests on their absence: without one, steps may come.
    """

    read: frozenset[str]
    negated: frozenset[str]

    @classmethod
    def of(cls, session: Session) -> "WorkedOut":
        """Take from the headers of scope files what they read; of those that yield nothing here, what they negate."""
        from graphscan.techniques import registry

        con = session.con
        there = {row[0] for row in con.execute("SELECT DISTINCT provider FROM base.node").fetchall()}
        rows = con.execute(
            "SELECT DISTINCT because FROM (SELECT split_part(id, ':', 2) AS because FROM base.node "
            "  WHERE provider = 'derived' UNION ALL "
            f"  SELECT id FROM base.relation WHERE source_instance = 'derived' AND NOT starts_with(id, '{GAP}'))"
        ).fetchall()
        yielding = {row[0] for row in rows}
        read: set[str] = set()
        negated: set[str] = set()
        for one in registry.load(session.family.techniques):
            if one.provider and one.provider not in there:
                continue
            negated |= set(one.negates)
            if one.kind is not registry.FileKind.TECHNIQUE and one.id in yielding:
                read |= set(one.reads)
        for kinds_ in (read, negated):
            if "EFFECTIVE_MEMBER_OF" in kinds_:
                kinds_.add("MEMBER_OF")
        if any(name.startswith("okta.sign-on") for name in yielding):
            # The first rule that matches decides: whoever leaves a group may fall to a weaker one.
            read |= _SIGN_ON
            negated |= _SIGN_ON
        return cls(frozenset(read), frozenset(negated))

    @property
    def all(self) -> frozenset[str]:
        """Return both."""
        return self.read | self.negated
