"""The generated pages are those that the code would generate now."""

import importlib.util
from types import ModuleType

import pytest

from tests.functional.running import ROOT


@pytest.fixture(scope="module")
def docs() -> ModuleType:
    """Return tools/docs.py as a module."""
    spec = importlib.util.spec_from_file_location("docs_tool", ROOT / "tools" / "docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_up_to_date(docs: ModuleType) -> None:
    """`python tools/docs.py` would change nothing."""
    stale = [
        str(path.relative_to(ROOT))
        for path, text in docs.pages().items()
        if not path.exists() or path.read_text("utf-8") != text
    ]

    assert stale == []


def test_every_command_has_a_help_text(docs: ModuleType) -> None:
    """Each command and each of its options says what it does."""
    page = docs.command_line()
    for words in docs._commands():
        assert f"## graphscan {' '.join(words)}\n" in page
    for block in page.split("```text\n")[1:]:
        lines = block.split("```")[0].splitlines()
        assert lines[0].startswith("Usage: graphscan")
        assert lines[2].strip()
        options = [line for line in lines if line.startswith("  --")]
        bare = [line for place, line in enumerate(options) if len(line.split()) < 3 and "  " not in line.strip()]
        assert bare == []
