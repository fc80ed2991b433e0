"""The real shop of a test run, when the machine's owner has named the folders to build it from."""

from collections.abc import Iterator

import pytest

from .store import LiveStore, folders, running


@pytest.fixture(scope="session")
def live_store() -> Iterator[LiveStore]:
    """A seeded WooCommerce in KRW. Skips without folders; a folder that is named but wrong is an error."""
    given = folders()
    if given is None:
        pytest.skip("no WooCommerce to build: AFTERCART_WP_DIR and AFTERCART_WC_DIR are not set")
    with running(*given) as store:
        yield store
