"""`graphscan` alone: where one stands and what to do next."""

import os
from pathlib import Path

from graphscan.cli.options import DEFAULT_STORE
from graphscan.cli.output import screen
from graphscan.printable import printable

_EMPTY = """\
There is no store at {store} yet.

  graphscan demo                 see what four forgotten credentials opened (seconds, no set-up, no tenant)
  graphscan init                 write a facts file to fill in, then: graphscan import facts facts.yaml
  graphscan import okta          read an Okta organisation, with GET requests only

  graphscan --help               all commands
"""

_NEXT = """
  graphscan status               what could not be read, and what sources disagree about
  graphscan select kind=Credential
  graphscan blast NODE…          what an attacker reaches who holds these
  graphscan --help               all commands
"""


def home() -> None:
    """Say what the store holds in a few lines, or how to fill it."""
    store = Path(os.environ.get("GRAPHSCAN_STORE") or DEFAULT_STORE)
    if not (store / "manifest.json").exists():
        screen(_EMPTY.format(store=printable(str(store))))
        return
    from graphscan.report.text.words import age, number
    from graphscan.store import Store

    opened = Store.open(store)
    sources = opened.sources()
    if not sources:
        screen(_EMPTY.format(store=printable(str(store))).replace("no store at", "nothing in the store at"))
        return
    lines = [f"Store {printable(str(store))}: {number(len(sources), 'source')}"]
    for one in sources:
        counts = f"{one.counts.get('nodes', 0):,} nodes, {one.counts.get('relations', 0):,} relations"
        gaps = "" if one.complete else ", with gaps"
        lines.append(f"  {printable(one.source)}  {counts}, read {age(one.at)} ago{gaps}")
    screen("\n".join(lines) + "\n" + _NEXT)
