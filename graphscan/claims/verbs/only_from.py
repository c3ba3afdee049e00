"""`only_from`: of all that an attacker could begin with, only one set reaches another."""

from dataclasses import replace

import numpy as np

from graphscan.analysis import build
from graphscan.claims import model, sets
from graphscan.claims.context import Context, Finding, Ints, VacuousError, counted
from graphscan.claims.select import Group, Selected
from graphscan.claims.verbs.no_path import separated

# What an attacker may begin with where the claim does not say: accounts, and what signs in as them.
_BEGIN = tuple(build.KINDS.index(kind) for kind in ("User", "ServiceAccount", "Credential"))


def only_from(context: Context, args: model.OnlyFrom) -> Finding:
    """
    Ask whether `from` without `allowed`, held together, reaches anything in `to`.

    Without `from` it is every stated account and credential. An account and its credentials are one: where either is
    allowed, the account is, and so is each credential of an account that is allowed; another credential of an account
    of which only a credential is allowed is not.
    """
    to = context.targets(args.to)
    allowed = context.chosen("allowed", args.allowed)
    accounts, credentials = _with_their_own(context, allowed)
    left_out = np.union1d(accounts, credentials)
    if args.start is None:
        groups: tuple[Group, ...] = (Group(None, np.setdiff1d(_everyone(context), left_out)),)
    else:
        chosen = context.starts(args.start).selected
        groups = tuple(Group(one.level, np.setdiff1d(one.nodes, left_out)) for one in chosen.groups)
    rest = Selected("", groups, "")
    if not rest.count:
        raise VacuousError("all that could begin is allowed")
    finding = separated(context, rest.nodes.astype(np.int64), sets.starts(context.session, rest), to)
    note = f"asked of {counted(rest.count, 'other node')}, held together"
    return replace(finding, notes=(*finding.notes, note))


# Private functions


def _everyone(context: Context) -> Ints:
    """Return all live accounts and credentials that some source states."""
    session = context.session
    flags = session.array("flags")
    chosen = np.isin(session.array("kind"), _BEGIN)
    chosen &= (flags & (build.DEAD | build.DERIVED | build.HYPOTHETICAL)) == 0
    return np.flatnonzero(chosen).astype(np.int64)


def _with_their_own(context: Context, allowed: Selected) -> tuple[Ints, Ints]:
    """Return what is allowed with the accounts of allowed credentials, and the credentials of allowed accounts."""
    rows = context.session.con.execute(
        "SELECT source, target FROM base.relation WHERE kind = 'HAS_CREDENTIAL'"
    ).fetchnumpy()
    source, target = np.asarray(rows["source"], np.int64), np.asarray(rows["target"], np.int64)
    nodes = allowed.nodes.astype(np.int64)
    accounts = np.union1d(nodes, source[np.isin(target, nodes)])
    return accounts, target[np.isin(source, nodes)]
