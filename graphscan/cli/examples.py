"""`graphscan examples`: the breaches that are installed with the package, as files to import."""

from typing import Annotated

import typer

from graphscan.cli.output import screen
from graphscan.errors import UnknownNameError
from graphscan.printable import printable


def complete_example(incomplete: str) -> list[str]:
    """Return names of examples that begin like the word at hand."""
    from graphscan.examples.breaches import breaches

    return [one.name for one in breaches() if one.name.startswith(incomplete)]


def examples(
    name: Annotated[
        str,
        typer.Argument(
            metavar="[NAME]", autocompletion=complete_example, help="Print the paths of this one's files, one a line."
        ),
    ] = "",
) -> None:
    """List the breaches that come with graphscan as facts files.

    With a name, print its files, for: graphscan import facts $(graphscan examples NAME)
    """
    from graphscan.examples.breaches import breaches

    known = breaches()
    if name:
        found = next((one for one in known if one.name == name), None)
        if found is None:
            names = ", ".join(one.name for one in known)
            raise UnknownNameError(f"there is no example `{printable(name, 100)}`", f"use one of {names}")
        screen("".join(f"{path}\n" for path in found.files))
        return
    widest = max(len(one.name) for one in known)
    screen("".join(f"{one.name:{widest}}  {one.title}\n" for one in known))
