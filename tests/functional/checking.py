"""Import facts and check claims in this process, as the command line does it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.functional.running import Inside


def stored(inside: Inside, folder: Path, *files: str | Path) -> Path:
    """Return a store with facts: files, or texts of files of their own."""
    paths = []
    folder.mkdir(parents=True, exist_ok=True)
    for number, one in enumerate(files):
        path = one if isinstance(one, Path) else folder / f"facts-{number}.yaml"
        if isinstance(one, str):
            path.write_text(one, "utf-8")
        paths.append(path)
    made = inside("import", "facts", *paths, "--store", folder / "store")
    # 3: what is stated as unread is a gap, and is said to be one.
    assert made.code in (0, 3), made.err
    return folder / "store"


def checked(
    inside: Inside, store: Path, claims: str | Path, *options: str | Path, code: int | None = None
) -> "Checked":
    """
    Check claims and return what came of it.

    Args:
        claims: a file, or the text of one that is written beside the store.
        code:   the exit code that must come; None: any that comes with an answer.
    """
    if isinstance(claims, str):
        path = store.parent / "claims.yaml"
        path.write_text(claims, "utf-8")
        claims = path
    ended = inside("check", claims, "--store", store, *options, "-o", "json")
    assert ended.code in ((0, 1, 3) if code is None else (code,)), (ended.code, ended.out[:600], ended.err)
    answer = json.loads(ended.out)
    assert answer["schema"] == "graphscan.check/1"
    assert answer["exit_code"] == ended.code
    return Checked(answer)


def refused(inside: Inside, store: Path, claims: str | Path, *options: str | Path) -> str:
    """Check claims that cannot be checked: exit code 2, nothing on the screen, and return what was said."""
    if isinstance(claims, str):
        path = store.parent / "claims.yaml"
        path.write_text(claims, "utf-8")
        claims = path
    ended = inside("check", claims, "--store", store, *options)
    assert (ended.code, ended.out[:600]) == (2, ""), (ended.code, ended.err)
    return ended.err


class Checked:
    """What a check answered."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.answer = answer
        self.claims: dict[str, dict[str, Any]] = {one["id"]: one for one in answer["claims"]}

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict on each claim."""
        return {id_: one["verdict"] for id_, one in self.claims.items()}

    def only(self) -> dict[str, Any]:
        """Return the one claim."""
        (claim,) = self.claims.values()
        return claim

    def depth(self, claim: str) -> dict[str, int] | str:
        """Return how many blockers of which sort a claim rests on, or "structural"."""
        depth = self.claims[claim]["rests_on"]["depth"]
        return "structural" if depth["structural"] else {one["sort"]: one["count"] for one in depth["sorts"]}
