"""Run one task in a process of its own, so that its memory is its own: `python -m tests.benchmarks.child`."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks import atlassian_tasks, cut_tasks, huge, okta_tasks, pipeline, tasks

TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    "compile": tasks.compile_graph,
    "ours": tasks.ours,
    "beside": tasks.beside,
    "growth": tasks.growth,
    "paths": tasks.paths,
    "store": pipeline.store,
    "huge-make": huge.make,
    "huge-ask": huge.ask,
    "build": pipeline.build,
    "okta-collect": okta_tasks.collected,
    "okta-snapshot": okta_tasks.snapshot,
    "okta-import": okta_tasks.imported,
    "okta-products": okta_tasks.products,
    "okta-build": okta_tasks.built,
    "okta-blast": okta_tasks.blast,
    "okta-doubling": okta_tasks.doubling,
    "atlassian-build": atlassian_tasks.built,
    "fix": cut_tasks.solved,
}


def here(task: str, **arguments: Any) -> dict[str, Any]:
    """Run a task in this process; memory is then that of everything before, too."""
    return TASKS[task](**arguments)


def apart(task: str, **arguments: Any) -> dict[str, Any]:
    """Run a task in a process of its own. Raises RuntimeError where it fails."""
    said = json.dumps({name: str(value) if isinstance(value, Path) else value for name, value in arguments.items()})
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.child", task, said], stdout=subprocess.PIPE, check=False
    )
    if done.returncode:
        raise RuntimeError(f"the measurement `{task}` failed with status {done.returncode}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> None:
    """Run the task that the command line names and print its result as a line of JSON."""
    task, said = sys.argv[1:]
    arguments = {
        name: Path(value) if name in ("folder", "larger") else value for name, value in json.loads(said).items()
    }
    print(json.dumps(here(task, **arguments)))


if __name__ == "__main__":
    main()
