"""Tests of the report in a real browser: Debian's Chromium, headless, driven by Playwright."""

import pytest

pytest.register_assert_rewrite("tests.browser.opening")
