"""Compile the engine's optional kernel while a wheel is built; where that cannot be done, say so and go without it."""

import importlib.util
import os
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VARIABLE = "GRAPHSCAN_BUILD_KERNEL"  # auto (the default), off, or on: fail without a compiler
PACKAGE = "graphscan/engine/kernel"


class KernelHook(BuildHookInterface):
    """
    Put the compiled kernel into the wheel, or beside its source where the checkout itself is installed.

    A wheel that carries it is one for this platform, whatever the version of Python: the library is loaded with ctypes
    and knows nothing of Python.
    """

    PLUGIN_NAME = "custom"
    _aside: tempfile.TemporaryDirectory[str] | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the wheel is written; `version` is `editable` or `standard`."""
        wanted = os.environ.get(VARIABLE) or "auto"
        if wanted not in ("auto", "off", "on"):
            raise ValueError(f"{VARIABLE} is {wanted!r}; it takes on, off or auto")
        kernel = _kernel(Path(self.root) / PACKAGE)
        if wanted == "off":
            self.app.display_info(f"graphscan's compiled kernel is left out: {VARIABLE}=off")
            return
        in_place = version == "editable"
        if not in_place:
            self._aside = tempfile.TemporaryDirectory(prefix="graphscan-kernel-")
        try:
            library = kernel.build(kernel.HERE if self._aside is None else Path(self._aside.name))
        except (kernel.BuildError, OSError) as error:
            if wanted == "on":
                raise
            self.app.display_warning(f"graphscan's compiled kernel is left out, numpy does its work: {error}")
            return
        if not in_place:
            build_data["force_include"][str(library)] = f"{PACKAGE}/{library.name}"
            build_data["pure_python"] = False
            build_data["tag"] = f"py3-none-{_platform()}"

    def finalize(self, *_: object) -> None:
        """Remove what was compiled aside."""
        if self._aside is not None:
            self._aside.cleanup()


def _kernel(folder: Path) -> ModuleType:
    """Load build.py alone: graphscan's own imports are not there while it is built."""
    spec = importlib.util.spec_from_file_location("graphscan_kernel_build", folder / "build.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"{folder / 'build.py'} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _platform() -> str:
    """Return the platform of this machine's wheels, without a promise about which C library is enough."""
    from packaging.tags import platform_tags

    return next(tag for tag in platform_tags() if not tag.startswith(("manylinux", "musllinux")))
