"""
Where each setting of a collection comes from: a default, a flag, the configuration file, the environment.

What comes later wins over what came before: the environment has the last word. Secrets are in the environment or in a
file that a setting names, never in a flag or in the configuration file itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphscan.errors import UsageError
from importers._config_file import FILE
from importers._options import Option, checked

# The last two are both the environment: a variable of one instance's own comes before one that speaks of all.
LAYERS = ("default", "flag", "config", "environment", "own environment")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it is used: what it is (never a secret), and where it comes from."""

    name: str
    value: str
    source: str


@dataclass(slots=True)
class Chosen:
    """
    Values and where they come from.

    Attributes:
        overridden: a sentence for each flag that something else overrides.
    """

    values: dict[str, Any] = field(default_factory=dict, repr=False)
    layers: dict[str, str] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    overridden: list[str] = field(default_factory=list)

    def put(self, name: str, value: Any, layer: str, where: str, by: str = "") -> None:
        """Take a value in place of what was there; say by what, where that was a flag with another value."""
        if self.layers.get(name) == "flag" and layer != "flag" and self.values[name] != value:
            self.overridden.append(f"{self.where[name]} is overridden by {by or where}")
        self.values[name], self.layers[name], self.where[name] = value, layer, where

    def drop(self, name: str) -> None:
        """Forget a setting that is not used."""
        for kept in (self.values, self.layers, self.where):
            kept.pop(name, None)

    def rank(self, *names: str) -> int:
        """Return the highest layer that states one of the names; -1: none does."""
        return max((LAYERS.index(self.layers[name]) for name in names if name in self.values), default=-1)

    def used(self, secret: str, file: str) -> str:
        """Return which is used of a secret and the setting that names a file of it: the later; empty: neither."""
        found = max((secret, file), key=lambda name: (self.rank(name), name == secret))
        return found if found in self.values else ""

    def secret(self, secret: str, file: str, what: str, around: str | None = None) -> str:
        """
        Return a secret from the environment, else from the file that is named.

        Args:
            file:   the setting that names the file.
            what:   the file, in words, for an error.
            around: signs at the ends of a file that are no part of it; None: all white space.

        Raises:
            UsageError: the file cannot be read.
        """
        name = self.used(secret, file)
        if name == secret:
            return str(self.values[secret])
        path = self.values[name]
        try:
            return Path(path).expanduser().read_text(encoding="utf-8").strip(around)
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not text"
            raise UsageError(f"the {what} {str(path)!r} cannot be read: {why}") from None

    def flags(self, options: Mapping[str, Option], flags: Mapping[str, Any]) -> None:
        """Take what flags state; None or an empty text: not given. Raises UsageError."""
        for name, option in options.items():
            if flags.get(name) not in (None, ""):
                self.put(name, checked(options, name, flags[name], option.flag), "flag", option.flag)

    def section(self, file: Path, kind: str, name: str, stated: Mapping[str, Any]) -> None:
        """Take one section of the configuration file; files that it names stand next to it."""
        for key, value in {**stated, **({"name": name} if name else {})}.items():
            settled = str(file.parent / Path(value).expanduser()) if key.endswith("_file") else value
            self.put(key, settled, "config", f"{file} [{kind}.{name}]", f"{file}")

    def variables(
        self, options: Mapping[str, Option], named: Mapping[str, str], environment: Mapping[str, str], layer: str
    ) -> None:
        """
        Take what the environment states.

        Args:
            named: the variable of each setting.

        Raises:
            UsageError: a value cannot be meant.
        """
        for name, variable in named.items():
            text = environment.get(variable, "").strip()
            if text:
                self.put(name, checked(options, name, text, variable), layer, variable)


def configuration(config: Path | None, folder: Path | None) -> Path | None:
    """Return the configuration file: the one that is named, else `graphscan.toml` in the folder, if there is one."""
    implicit = (folder or Path.cwd()) / FILE
    return config or (implicit if implicit.is_file() else None)
