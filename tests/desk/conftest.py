"""People of the shop at the inbox in browsers of their own, beside shoppers in theirs."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import select

from chat import actions
from chat.schemas import SHOPPER
from chat.tables import Conversation
from connector.tables import Store
from staff import actions as staff
from staff import sessions
from staff.tables import StaffMember
from tests import factories
from tests.browsers import Windows
from tests.widget.conftest import Shop, shop, visit

__all__ = ["shop", "visit"]


@dataclass
class Agent:
    """A browser window of somebody who answers, and what it complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    @property
    def text(self) -> Locator:
        return self.page.locator("[data-composer] textarea")

    @property
    def said(self) -> Locator:
        return self.page.locator("[data-events] > .said")

    @property
    def rows(self) -> Locator:
        return self.page.locator("[data-rows] > [data-row]")

    def open(self, place: str = "/conversations") -> "Agent":
        """Go there and wait until every fragment has come."""
        self.page.goto(place)
        expect(self.page.locator("[aria-busy]")).to_have_count(0)
        return self

    def send(self, text: str) -> None:
        self.text.fill(text)
        self.text.press("Control+Enter")


@pytest.fixture
def agent(shop: Shop, windows: Windows) -> Callable[..., Agent]:
    """`agent("민지", width=360, language="ko")` is signed in and has the inbox before them."""

    def opened(name: str = "Jun", *, width: int = 1280, **given: object) -> Agent:
        page, complaints = windows(base_url=shop.address, width=width, has_touch=width < 720, **given)
        page.context.set_default_timeout(10_000)
        cookie = {"name": "aftercart_session", "value": _cookie(shop, name), "url": shop.address}
        page.context.add_cookies([cookie])
        return Agent(page, complaints)

    return opened


def _cookie(shop: Shop, name: str) -> str:
    email = f"{name.lower()}@desk.example"
    with shop.writing() as session:
        member = session.exec(select(StaffMember).where(StaffMember.email == email)).first()
        member = member or staff.add_member(
            session,
            email=email,
            name=name,
            role="agent",
            language="en",
            password_hash="no password opens this",
        )
        return sessions.open_session(session, staff_id=int(member.id or 0), device="Test")


@pytest.fixture
def talk(shop: Shop) -> Callable[..., Conversation]:
    """A conversation that waits: `talk("first line", "second line", name="Anna")`."""

    def made(*texts: str, **known: str) -> Conversation:
        with shop.writing() as session:
            store = session.get_one(Store, shop.store_id)
            contact = factories.contact(session, store, **{"language": "en", **known})
            found = factories.conversation(session, store, contact)
            for text in texts:
                actions.post_message(session, int(found.id or 0), author=SHOPPER, text=text)
            actions.hand_over(session, int(found.id or 0), author=SHOPPER, reason="asked")
        return found

    return made
