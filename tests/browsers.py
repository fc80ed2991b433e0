"""The real browser of a test run. There can be only one in a process, so all rooms share this fixture."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

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


Windows = Callable[..., tuple[Page, list[str]]]


@pytest.fixture
def windows(chromium: Browser) -> Iterator[Windows]:
    """`windows(width=360, scheme="dark", language="ko")`: a page of a new person, and the list of what it complains of."""
    contexts: list[BrowserContext] = []

    def opened(
        *, width: int = 1280, height: int = 800, scheme: str = "light", language: str = "en", **given: Any
    ) -> tuple[Page, list[str]]:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]
            locale=language,
            **given,
        )
        contexts.append(context)
        complaints: list[str] = []
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
        )
        return page, complaints

    yield opened
    for context in contexts:
        context.close()
