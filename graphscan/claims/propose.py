"""Claims proposed from an inventory: a commented file to read, correct and keep."""

import re

from graphscan.analysis.session import Session
from graphscan.claims import proposals
from graphscan.claims.model import VERSION
from graphscan.claims.proposals import GIVEN, Proposal

FRESH = "7d"

_HEADER = """\
# Claims proposed from the inventory as of {when}, for you to correct: what must not, or must, be reachable.
# Keep what is meant, remove the rest, and add what only you know. Run: graphscan check FILE
# What every key means: docs/claims.md; for your editor: graphscan claims schema
graphscan: {version}
"""

_ASSUMPTIONS = """\
assumptions:
  # Data older than this decides nothing: the verdict is UNKNOWN. Say it for each source: {{okta: 24h, "*": {fresh}}}.
  {given}:
    text: The data is recent.
    fresh: {{"*": {fresh}}}
"""


def propose(session: Session) -> str:
    """
    Return a claims file proposed from what a store holds.

    It loads, whatever the inventory's names are; where nothing gives a reason for a claim, it says so in a comment and
    holds one claim about the internet that is worth stating everywhere.
    """
    found = [
        *proposals.jewels(session),
        *proposals.segments(session),
        *proposals.environments(session),
        *proposals.labels(session),
        *proposals.hard_keys(session),
        *proposals.working(session),
    ]
    sets = {name: text for one in found for name, text in one.sets}
    used = set[str]()
    blocks = [_block(one, used) for one in found]
    defined = "\n".join(f"  {name}: {text}" for name, text in sets.items())
    claims = "\n".join(blocks)
    when = f"{session.as_of:%Y-%m-%d}"
    return (
        f"{_HEADER.format(version=VERSION, when=when)}\n"
        f"define:\n{defined}\n\n"
        f"{_ASSUMPTIONS.format(given=GIVEN, fresh=FRESH)}\n"
        f"claims:\n{claims}"
    )


# Private functions


def _block(proposal: Proposal, used: set[str]) -> str:
    """Return a claim as YAML, under an id that no other has."""
    wanted = re.sub(r"[^A-Za-z0-9._-]+", "-", proposal.id).strip("-._")[:80] or "claim"
    name, number = wanted, 2
    while name in used:
        name, number = f"{wanted}-{number}", number + 1
    used.add(name)
    why = "\n".join(f"  # {line}" for line in (f"Why: {proposal.why[0]}", *proposal.why[1:]))
    body = "\n".join(f"    {line}" for line in proposal.body)
    return f"{why}\n  - id: {name}\n{body}\n"
