"""The real browser of a test run. There can be only one in a process, so all rooms share this fixture."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = os.environ.get("AFTERCART_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, without a window. Skips where none is."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: install one, or name it in AFTERCART_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
