"""What `fix` answers, with something in each field."""

from typing import Any

from graphscan.analysis.fix_results import Fix, FixResult, FixSet
from graphscan.analysis.results import EvidenceView, FactView, Hop, StartLine
from tests.unit.report.samples import AT, node

TOKEN = node("gateway-token", "Credential")
ANN = node("ann", "User")
VAULT = FactView(node("vault", "Secret", "crown_jewel"), "read")
HOP = Hop(FactView(TOKEN, "held"), (), FactView(ANN, "act_as"), "structural:MEMBER_OF", "signs in", 1, True, ())
ROLE = EvidenceView("r1", "ann", "HAS_ROLE", "admin", "yes", "config", "admins.yaml:3", "facts:own")


def fix_result(**changes: Any) -> FixResult:
    """Return a set of two fixes, another among credentials, and a fix that opens something."""
    good = Fix(
        *("--rotated gateway-token", "rotate", "Rotate gateway-token", TOKEN, None, 2, "reduces", 1, 3, False, 1, True),
        *((HOP,), 4),
    )
    bad = Fix(
        *("--remove r1", "remove", "Take the admin role from ann", None, ROLE, 1, "opens", 1, 3, True, 0, True),
        *((HOP,), 1, (HOP,), 5, 2),
    )
    both = FixSet(("--rotated gateway-token", "--enforced acl"), ("Rotate", "Enforce"), 3, 2, False, True, "budget")
    fields: dict[str, Any] = {
        "as_of": AT,
        "as_of_note": "now",
        "edits": ("--without plug-in",),
        "starts": (StartLine(FactView(TOKEN, "held")),),
        "targets": (VAULT,),
        "reached": (VAULT,),
        "stated": (VAULT,),
        "unread": (VAULT,),
        "open_to_anyone": (VAULT,),
        "of": 3,
        "possible_only": False,
        "fixes": (good, bad),
        "fixes_total": 9,
        "by_provenance": 1,
        "untried": 4,
        "costs_unused": ("line 3: nothing is called so",),
        "cut": both,
        "lower": 2,
        "credentials": both,
        "among_credentials": False,
        "credentials_kept": 1,
        "evict": (FactView(ANN, "act_as"),),
        "stays": VAULT,
        "left": (HOP,),
        "left_unread": (VAULT,),
        "left_gaps": ("facts:own STORES (denied)",),
        "seconds": 1.5,
        "notes": ("the budget ended",),
        "coverage": (),
        "complete": False,
    }
    return FixResult(**{**fields, **changes})
