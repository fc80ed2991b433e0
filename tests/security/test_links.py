"""What a page about a link tells whoever holds it, or guesses it: never anything of the order."""

from dataclasses import replace

import jwt
import pytest

from connector.tables import ShopOrder, Store
from core.database import Database
from core.security import Keys
from core.settings import Settings
from invoices import links
from invoices.access import close_links
from tests import factories
from tests.security.conftest import Browser, KeepingMailer
from tests.standins import Clock, HandWorker

pytestmark = pytest.mark.database

# All that is known of this customer, and of the document.
PRIVATE = (
    "Hildegard", "Knef", "Torstraße", "10119", "hildegard", "4711", "INV-0", "39,000", "39000", "우전", "010-9876",
)  # fmt: skip
PERSON = replace(
    factories.ANNA, first_name="Hildegard", last_name="Knef", email="hildegard@example.com", phone="010-9876"
)


@pytest.fixture
def shop(database: Database, service: object, clock: Clock) -> Store:
    with database.writing() as session:
        return factories.store(session)


@pytest.fixture
def order(database: Database, shop: Store, run_jobs: HandWorker) -> ShopOrder:
    with database.writing() as session:
        made = factories.order(session, shop, billing=PERSON, number="4711")
    run_jobs()
    return made


@pytest.fixture
def token(keys: Keys, settings: Settings, shop: Store, order: ShopOrder) -> str:
    return links.token_for(keys, settings, shop, order, kind="invoice")


def shown(browser: Browser, token: str, *, renew: bool = False) -> str:
    path = f"/i/{token}" + ("/renew" if renew else "")
    answer = browser().request("POST" if renew else "GET", path)
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    # What the link says of itself does not count; it is in the holder's hands.
    return answer.text.replace(token, "")


def test_the_link_itself_opens_the_document(browser: Browser, token: str) -> None:
    """Otherwise the claims below would hold for links that never worked."""
    assert browser().get(f"/i/{token}").headers["content-type"] == "application/pdf"


def test_no_page_about_a_link_tells_anything_of_the_order(
    browser: Browser, database: Database, keys: Keys, order: ShopOrder, token: str, clock: Clock
) -> None:
    altered = token[:-8] + "AAAAAAAA"
    pages = [shown(browser, altered), shown(browser, altered, renew=True)]
    with database.writing() as session:
        close_links(session, int(order.id or 0))
    pages += [shown(browser, token), shown(browser, token, renew=True)]
    clock.advance(days=40)
    pages.append(shown(browser, token))
    assert [word for page in pages for word in PRIVATE if word in page] == []
    assert "h***@example.com" in pages[-1]


def test_a_link_says_nothing_of_the_customer_but_the_masked_address(token: str, order: ShopOrder) -> None:
    claims = jwt.decode(token, options={"verify_signature": False})
    assert set(claims) <= {"s", "o", "k", "c", "m", "aud", "iat", "exp"}
    assert claims["m"] == "h***@example.com"
    assert [word for word in PRIVATE if word in str(claims)] == []


def test_who_guesses_learns_of_no_order_and_causes_no_letter(
    browser: Browser,
    keys: Keys,
    order: ShopOrder,
    token: str,
    mailer: KeepingMailer,
    run_jobs: HandWorker,
    shop: Store,
) -> None:
    """A token with somebody else's signature, for an order that is here and for one that is not."""
    sent = len(mailer.letters)
    claims = jwt.decode(token, options={"verify_signature": False}) | {"m": "a***@example.com"}
    answers = set()
    for number in (order.remote_id, order.remote_id + 5000):
        forged = jwt.encode(claims | {"o": number}, b"x" * 32, algorithm="HS256")
        opened, renewed = browser().get(f"/i/{forged}"), browser().post(f"/i/{forged}/renew")
        pages = (opened.text.replace(forged, ""), renewed.text.replace(forged, ""))
        answers.add((opened.status_code, renewed.status_code, *pages))
        run_jobs()
    assert len(answers) == 1
    assert len(mailer.letters) == sent


def test_a_link_of_a_customer_opens_no_page_of_staff(browser: Browser, token: str) -> None:
    stranger = browser()
    for path in ("/invoices", "/console/invoices/1.pdf", "/api/stores/x/orders/1/documents"):
        for given in (
            {"headers": {"authorization": f"Bearer {token}"}},
            {"cookies": {"aftercart_session": token}},
        ):
            stranger.cookies.clear()
            stranger.cookies.update(given.get("cookies", {}))
            answer = stranger.get(path, headers=given.get("headers", {}))
            assert answer.status_code in (303, 401), path


def test_each_link_opens_its_own_document_and_no_neighbours(
    database: Database,
    browser: Browser,
    keys: Keys,
    settings: Settings,
    shop: Store,
    order: ShopOrder,
    run_jobs: HandWorker,
) -> None:
    with database.writing() as session:
        twin = factories.store(session, name="Another shop")
        others = [factories.order(session, shop), factories.order(session, twin, remote_id=order.remote_id)]
    run_jobs()
    opened = [
        browser().get(f"/i/{links.token_for(keys, settings, place, one, kind='invoice')}").content
        for place, one in ((shop, order), (shop, others[0]), (twin, others[1]))
    ]
    assert len(set(opened)) == 3
    assert all(content.startswith(b"%PDF") for content in opened)
    # The document of one order is not to be had by the signature of another's link.
    mine, theirs = (
        links.token_for(keys, settings, shop, one, kind="invoice").split(".") for one in (order, others[0])
    )
    assert browser().get("/i/" + ".".join([theirs[0], theirs[1], mine[2]])).status_code == 404
