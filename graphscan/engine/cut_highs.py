"""The cheapest set of items that meets every row, by HiGHS: the extra `fix`."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphscan.engine.cut_bits import Row
from graphscan.engine.cut_cover import Cover

_SLACK = 1e-6  # costs are whole numbers: a bound this little under one is that one
_CERTAIN = 0.5
_SHARE = 0.6  # of the time, after which HiGHS is to end by itself
_SMALL = 1500  # entries of the rows up to which a model is solved in this process


def installed() -> bool:
    """Return whether HiGHS can be used."""
    return importlib.util.find_spec("highspy") is not None


class Highs:
    """
    The rows known so far as a model of HiGHS, which goes on from its last basis.

    One thread, seed 0 and gap 0: the same rows in the same order give the same answers.
    """

    def __init__(self, costs: Sequence[int]) -> None:
        """Make a model without rows. Raises ImportError where highspy is not installed."""
        import highspy

        self._costs = costs
        self._rows: list[list[int]] = []
        self._highspy: Any = highspy
        # The class with Python's conveniences prints a line before it can be told not to; the one below it does not.
        self._model: Any = highspy.Highs.__bases__[0]()
        for name, value in _OPTIONS.items():
            self._model.setOptionValue(name, value)
        count = len(costs)
        every = np.arange(count, dtype=np.int32)
        self._model.addVars(count, np.zeros(count), np.ones(count))
        self._model.changeColsCost(count, every, np.array(costs, float))
        self._model.changeColsIntegrality(count, every, np.full(count, highspy.HighsVarType.kInteger))

    def add(self, rows: Sequence[Row]) -> None:
        """Let each row be met by one of its items."""
        if not rows:
            return
        self._rows += [sorted(row) for row in rows]
        first = np.cumsum([0, *(len(row) for row in rows[:-1])]).astype(np.int32)
        items = np.array([item for row in rows for item in sorted(row)], np.int32)
        ones, most = np.ones(len(rows)), np.full(len(rows), self._highspy.kHighsInf)
        self._model.addRows(len(rows), ones, most, len(items), first, items, np.ones(len(items)))

    def relaxed(self, seconds: float) -> tuple[int, NDArray[np.float64]] | None:
        """Return a bound and the shares of the best fractional choice; None where the time did not do."""
        self._run(seconds, relaxed=True)
        if self._model.getModelStatus() != self._highspy.HighsModelStatus.kOptimal:
            return None
        value = float(self._model.getInfo().objective_function_value)
        return int(np.ceil(value - _SLACK)), np.array(self._model.getSolution().col_value)

    def best(self, seconds: float) -> Cover:
        """
        Return the best choice, or what is known after so many seconds: maybe a choice and a bound, maybe nothing.

        HiGHS looks at its clock too rarely to rely on: 1,500 rows of six items with a limit of 1 s took 7 to 16 s. So
        what is not small is solved apart.
        """
        if sum(map(len, self._rows)) <= _SMALL:
            return self.best_here(seconds)
        return self.best_apart(seconds)

    def best_apart(self, seconds: float) -> Cover:
        """Return the same, solved in a process of its own that is ended when the time is over."""
        # It may end by itself before it is ended, and then says what it has.
        said = json.dumps({"costs": list(self._costs), "rows": self._rows, "seconds": _SHARE * seconds})
        paths = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-m", __name__],
                input=said,
                stdout=subprocess.PIPE,
                timeout=seconds,
                text=True,
                check=True,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            )
        except subprocess.TimeoutExpired:
            return Cover(None, 0, False)
        chosen, lower, proven = json.loads(done.stdout)
        return Cover(None if chosen is None else frozenset(chosen), lower, proven)

    def best_here(self, seconds: float) -> Cover:
        """Return the same, solved in this process: it may take longer than so many seconds."""
        self._run(seconds, relaxed=False)
        info, status = self._model.getInfo(), self._model.getModelStatus()
        proven = status == self._highspy.HighsModelStatus.kOptimal
        chosen: Row | None = None
        if info.primal_solution_status == self._highspy.SolutionStatus.kSolutionStatusFeasible:
            values = np.array(self._model.getSolution().col_value)
            chosen = frozenset(np.flatnonzero(values > _CERTAIN).tolist())
        if proven and chosen is not None:
            return Cover(chosen, sum(self._costs[one] for one in chosen), True)
        bound = float(info.mip_dual_bound)
        lower = int(np.ceil(bound - _SLACK)) if np.isfinite(bound) else 0
        return Cover(chosen, max(lower, 0), False)

    def _run(self, seconds: float, relaxed: bool) -> None:
        self._model.setOptionValue("solve_relaxation", relaxed)
        # What limits a linear program is the time of all runs so far; what limits one in whole numbers, of this run.
        before = self._model.getRunTime() if relaxed else 0.0
        self._model.setOptionValue("time_limit", before + max(seconds, 0.01))
        self._model.run()


def main() -> None:
    """Solve the rows on standard input, as a process of its own."""
    asked = json.load(sys.stdin)
    model = Highs(asked["costs"])
    model.add([frozenset(row) for row in asked["rows"]])
    answer = model.best_here(asked["seconds"])
    chosen = None if answer.chosen is None else sorted(answer.chosen)
    sys.stdout.write(json.dumps([chosen, answer.lower, answer.proven]))


# Private functions

_OPTIONS: dict[str, Any] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.0,
}

if __name__ == "__main__":
    main()
