"""Open a page as a file, and note all that it must not do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@dataclass
class Opened:
    """A page that is open, and what it did: console messages, errors, requests beyond its own file, violations."""

    page: Any
    noted: list[str] = field(default_factory=list)

    def js(self, script: str, argument: object = None) -> Any:
        """Return what an expression or function is worth in the page."""
        return self.page.evaluate(script, argument)

    def violations(self) -> list[str]:
        """Return what the policy stopped."""
        found: list[str] = self.js("window.violations")
        return found


@dataclass
class Browser:
    """A running browser."""

    running: Any

    @contextmanager
    def open(self, path: Path, *, script: bool = True, wide: bool = True, dark: bool = False) -> Iterator[Opened]:
        """Open a file in a window of its own."""
        size = {"width": 1600, "height": 900} if wide else {"width": 390, "height": 844}
        context = self.running.new_context(
            viewport=size, color_scheme="dark" if dark else "light", java_script_enabled=script
        )
        try:
            page = context.new_page()
            opened = Opened(page)
            page.on("console", lambda message: opened.noted.append(f"console: {message.text}"))
            page.on("pageerror", lambda error: opened.noted.append(f"error: {error}"))
            page.on("dialog", lambda dialog: opened.noted.append(f"dialog: {dialog.message}"))
            page.on("request", lambda request: _request(opened, request.url, path.as_uri()))
            page.add_init_script(
                "window.violations = []; addEventListener('securitypolicyviolation', "
                "(event) => window.violations.push(event.violatedDirective + ' ' + event.blockedURI));"
            )
            page.goto(path.as_uri())
            yield opened
        finally:
            context.close()


@contextmanager
def chromium(program: str) -> Iterator[Browser]:
    """Run a Chromium until the end of the block."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            yield Browser(running)
        finally:
            running.close()


# Private functions


def _request(opened: Opened, address: str, own: str) -> None:
    if address.partition("#")[0] != own:
        opened.noted.append(f"request: {address}")
