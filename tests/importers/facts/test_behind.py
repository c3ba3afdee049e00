"""References to what stands behind an application, in a facts file."""

from pathlib import Path

import pytest

from graphscan.errors import BadFileError
from graphscan.model import Ref, Relation
from importers.facts import read

HEAD = "graphscan: facts/1\nsource: test\nnodes: [{id: u, kind: User}, {id: app, kind: Application}]\nrelations:\n"


def relation(folder: Path, end: str) -> Relation:
    """Return the one relation of a file, a sign-in that ends so."""
    path = folder / "f.yaml"
    path.write_text(f"{HEAD}  - {{source: u, kind: SIGNS_IN_AS, target: '{end}', via: app}}\n", encoding="utf-8")
    (found,) = [one for one in read([path])[1] if isinstance(one, Relation)]
    return found


def test_an_account_behind_an_application_may_be_named(tmp_path: Path) -> None:
    """As importers name it, whatever signs its name holds."""
    assert relation(tmp_path, "~behind|account|ann|x@acme").target == Ref.behind("account", "ann|x@acme")


@pytest.mark.parametrize("end", ["~behind|account", "~behind|person|ann", "~behind"])
def test_what_is_no_such_reference_is_refused(tmp_path: Path, end: str) -> None:
    """The problem says which forms there are."""
    with pytest.raises(BadFileError) as refused:
        relation(tmp_path, end)

    assert "~behind|SORT|NAME" in str(refused.value)
