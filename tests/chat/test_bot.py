"""The bot's job: one turn for the newest message, once, only where it may speak."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlmodel import select

from chat import actions, queries, settings
from chat.announcing import SIGNALS
from chat.articles_told import count_asked_person
from chat.bot import answer
from chat.order_facts import numbers_in
from chat.schemas import BOT, SHOPPER, Author
from chat.tables import ChatAttachment, Conversation, ConversationEvent
from connector import actions as mirror
from connector.schemas import Product
from connector.tables import ShopOrder, Store
from core.database import Database
from core.fanout import InProcess
from customers.tables import Contact, ContactDevice, OrderProof
from faq.help_centres import help_centre_of
from faq.question_tables import ArticleDay, AskedQuestion
from invoices import issuing
from invoices.links import read_link
from tests import factories
from tests.faq.factories import article
from tests.standins import Clock, HandWorker

pytestmark = pytest.mark.database


@dataclass
class Talk:
    """A shop with one article, and a shopper in a conversation with its bot."""

    database: Database
    run_jobs: HandWorker
    store: Store
    contact: Contact
    device: ContactDevice
    conversation: Conversation
    said: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        return int(self.conversation.id or 0)

    def say(self, text: str, *, device: ContactDevice | None = None, run: bool = True) -> ConversationEvent:
        author = Author("shopper", device_id=int((device or self.device).id or 0))
        with self.database.writing() as session:
            posted = actions.post_message(
                session, self.number, author=author, text=text, client_id=f"c{len(self.said)}"
            )
        self.said.append(text)
        if run:
            self.run_jobs()
            assert not self.run_jobs.died
        return posted.event

    def events(self) -> list[ConversationEvent]:
        with self.database.reading() as session:
            return list(queries.events(session, self.number, since=0, public_only=True))

    def turns(self) -> list[ConversationEvent]:
        return [one for one in self.events() if one.author == "bot" and one.kind == "message"]

    def ask(self, text: str, **more: Any) -> ConversationEvent:
        before = len(self.turns())
        self.say(text, **more)
        turns = self.turns()
        assert len(turns) == before + 1, text
        return turns[-1]

    def now(self) -> Conversation:
        with self.database.reading() as session:
            return queries.conversation(session, self.number)

    def prove(self, order: ShopOrder, clock: Clock, hours: float = 1) -> None:
        with self.database.writing() as session:
            proof = OrderProof(
                device_id=self.device.id, order_id=order.id, proven_at=clock.now(), expires_at=clock.now()
            )
            clock.advance(hours=hours)
            proof.expires_at = clock.now()
            clock.advance(hours=-hours)
            session.add(proof)


@pytest.fixture
def talk(database: Database, run_jobs: HandWorker, clock: Clock) -> Talk:
    run_jobs.jobs.services |= {"meaning": None, "renderer": None}
    with database.writing() as session:
        store = factories.store(
            session, locale="en_US", address="https://tea.example", home_address="https://tea.example"
        )
        article(
            session,
            store,
            "How do I return an item?",
            "Send it back within 14 days. Put the form into the parcel.",
            samples=["Can I send something back?"],
        )
        article(session, store, "When do you ship?", "We ship on every weekday before noon.")
        contact = factories.contact(session, store, language="en")
        device = factories.device(session, contact)
        return Talk(
            database, run_jobs, store, contact, device, factories.conversation(session, store, contact)
        )


def order_of(talk: Talk, **changes: Any) -> ShopOrder:
    with talk.database.writing() as session:
        return factories.order(session, session.get(Store, talk.store.id), **changes)


# -- one turn ----------------------------------------------------------------------------------------------------


def test_a_question_is_answered_with_the_article_and_the_way_to_a_person(talk: Talk):
    turn = talk.ask("How can I return an item?")
    assert "within 14 days" in turn.text
    assert turn.data["automatic"] is True
    assert turn.data["article"]["title"] == "How do I return an item?"
    assert "/help/" in turn.data["article"]["address"]
    assert "person" in turn.data["buttons"]
    assert talk.now().held_by == "bot"


def test_a_job_that_runs_twice_answers_once(talk: Talk, jobs):
    asked = talk.say("How can I return an item?")
    services = jobs.services
    answer(
        talk.database,
        services["settings"],
        services["keys"],
        conversation_id=talk.number,
        seq=asked.seq,
        device_id=talk.device.id,
    )
    assert len(talk.turns()) == 1
    with talk.database.reading() as session:
        assert len(session.exec(select(AskedQuestion)).all()) == 1


def test_of_several_messages_in_a_row_the_newest_is_answered_once_with_all_of_them(talk: Talk):
    talk.say("hello", run=False)
    talk.say("I want to return an item", run=False)
    talk.say("how?", run=False)
    talk.run_jobs()
    assert [one.client_id for one in talk.turns()] == ["bot-3"]
    assert talk.turns()[0].data["article"]["title"] == "How do I return an item?"


def test_the_bot_is_silent_where_a_person_took_over_meanwhile(talk: Talk):
    talk.say("How can I return an item?", run=False)
    with talk.database.writing() as session:
        actions.hand_over(session, talk.number, author=SHOPPER, reason="button")
    talk.run_jobs()
    assert talk.turns() == []
    assert not talk.run_jobs.died


def test_the_bot_is_silent_in_a_conversation_that_was_ended_meanwhile(talk: Talk):
    talk.say("How can I return an item?", run=False)
    with talk.database.writing() as session:
        actions.set_state(session, talk.number, author=SHOPPER, state="resolved")
    talk.run_jobs()
    assert talk.turns() == []


def test_after_a_resolved_chat_only_a_new_question_wakes_the_bot(talk: Talk):
    talk.ask("How can I return an item?")
    with talk.database.writing() as session:
        actions.set_state(session, talk.number, author=SHOPPER, state="resolved")
    talk.run_jobs()
    assert len(talk.turns()) == 1
    assert talk.ask("When do you ship?").data["article"]["title"] == "When do you ship?"


def test_typing_is_told_before_the_answer(talk: Talk, jobs):
    fanout = InProcess()
    heard: list[tuple[str, str]] = []
    fanout.listen(lambda topic, note: heard.append((topic, note)))
    jobs.services["fanout"] = fanout
    talk.ask("How can I return an item?")
    assert [topic for topic, _ in heard] == [SIGNALS]
    assert talk.conversation.public_id in heard[0][1]
    assert "return" not in heard[0][1]


def test_what_nothing_answers_is_said_so_and_a_person_offered(talk: Talk):
    turn = talk.ask("Do unicorns dream of electric sheep on Mars?")
    assert turn.data["action"] == "nothing"
    assert set(turn.data["buttons"]) == {"person", "message"}
    again = talk.ask("And what about purple dragons in Atlantis?")
    assert again.data["reason"] == "nothing_again"
    talk.ask("yes please")
    assert talk.now().held_by == "people"


@pytest.mark.parametrize("said", ["I want to talk to a human", "상담원 연결해 주세요", "real person please"])
def test_a_person_asked_for_in_words_is_called_at_once(talk: Talk, said: str):
    talk.say(said)
    found = talk.now()
    assert found.held_by == "people"
    assert found.waiting_since is not None
    assert [one.kind for one in talk.events()] == ["message", "message", "handed_over"]


def test_the_question_is_kept_for_learning(talk: Talk):
    talk.ask("How can I return an item?")
    with talk.database.reading() as session:
        kept = session.exec(select(AskedQuestion)).one()
    assert (kept.channel, kept.outcome, kept.question) == ("chat", "answer", "How can I return an item?")


# -- orders ------------------------------------------------------------------------------------------------------


def test_an_order_number_and_address_in_the_text_prove_nothing(talk: Talk):
    order = order_of(talk)
    turn = talk.ask(f"Where is my order {order.number}? My address is {order.email}")
    assert turn.data["action"] == "look_up"
    assert "order" not in turn.data
    assert "39,000" not in turn.text


def test_a_proven_order_is_told(talk: Talk, clock: Clock):
    order = order_of(talk, meta={"_msex_sheet_no": "123456789012", "_msex_dlv_name": "CJ대한통운"})
    talk.prove(order, clock)
    turn = talk.ask("Where is my order?")
    assert turn.data["order"]["number"] == order.number
    assert turn.data["order"]["parcels"][0]["number"] == "123456789012"
    assert "₩39,000" in turn.text
    assert turn.data["order"]["parcels"][0]["address"].endswith("wblNo=123456789012")


def test_an_invoice_is_opened_by_a_signed_link(talk: Talk, clock: Clock, jobs):
    order = order_of(talk)
    with talk.database.writing() as session:
        issuing.issue(session, order.id)
    talk.prove(order, clock)
    (link,) = talk.ask("I need the invoice for my order").data["order"]["links"]
    found = read_link(jobs.services["keys"], link["address"].rpartition("/i/")[2])
    assert (found.store, found.order, found.kind) == (talk.store.public_id, order.remote_id, "invoice")


def test_a_refund_is_told_exactly(talk: Talk, clock: Clock):
    order, newer = order_of(talk), order_of(talk)
    with talk.database.writing() as session:
        factories.refund(session, talk.store, order, amount_minor=12_345)
    talk.prove(order, clock)
    talk.prove(newer, clock)
    turn = talk.ask("where is my refund?")
    assert turn.data["order"]["number"] == order.number
    assert "₩12,345 was refunded on November 20, 2026." in turn.text


def test_a_proof_that_ended_opens_nothing(talk: Talk, clock: Clock):
    order = order_of(talk)
    talk.prove(order, clock, hours=1)
    clock.advance(hours=2)
    assert talk.ask("Where is my order?").data["action"] == "look_up"


def test_what_one_browser_has_proven_another_one_of_the_same_person_is_not_told(talk: Talk, clock: Clock):
    order = order_of(talk)
    talk.prove(order, clock)
    with talk.database.writing() as session:
        other = factories.device(session, talk.contact)
    assert talk.ask("Where is my order?", device=other).data["action"] == "look_up"


def test_a_device_of_somebody_else_proves_nothing_here(talk: Talk, clock: Clock):
    order = order_of(talk)
    with talk.database.writing() as session:
        stranger = factories.contact(session, talk.store)
        other = factories.device(session, stranger)
        session.add(
            OrderProof(
                device_id=other.id,
                order_id=order.id,
                proven_at=clock.now(),
                expires_at=clock.advance(hours=1),
            )
        )
        clock.advance(hours=-1)
    assert talk.ask("Where is my order?", device=other).data["action"] == "look_up"


def test_a_strangers_order_and_none_at_all_sound_the_same_to_a_proven_shopper(talk: Talk, clock: Clock):
    mine, theirs = order_of(talk), order_of(talk)
    talk.prove(mine, clock)
    strange = talk.ask(f"Where is my order {theirs.number}?")
    missing = talk.ask("Where is my order 99999?")
    assert strange.text == missing.text
    assert strange.data == missing.data
    assert talk.ask(f"Where is my order {mine.number}?").data["order"]["number"] == mine.number


@pytest.mark.parametrize(
    "text",
    [
        "I ordered 14 days ago, where is my order?",
        "주문한지 10일 지났는데 제 주문 언제 와요?",
        "제 주문 39,000원 결제했는데 어디 있어요?",
        "11월 20일 주문 어디쯤 왔나요",
        "where is my order of 2 items from 2026-11-20",
    ],
)
def test_days_amounts_and_dates_are_no_order_numbers(talk: Talk, clock: Clock, text: str):
    order = order_of(talk)
    talk.prove(order, clock)
    assert talk.ask(text).data["order"]["number"] == order.number


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("order 79", ("79",)),
        ("order #152?", ("152",)),
        ("my order number is: A-1042", ("A-1042",)),
        ("주문번호 1023은 어디", ("1023",)),
        ("주문 7번 취소", ("7",)),
        ("1023번 언제 와요", ("1023",)),
        ("call me at 010-1234-5678", ()),
        ("€1200 and 5000원", ()),
    ],
)
def test_order_numbers_are_found_in_texts(text: str, numbers: tuple[str, ...]):
    assert numbers_in(text) == numbers


def test_a_failing_bot_calls_a_person_at_last(talk: Talk, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("chat.bot.decide", broken)
    talk.say("How can I return an item?", run=False)
    talk.run_jobs(later=True)
    assert talk.now().held_by == "people"
    assert talk.turns() == []


def test_no_message_of_a_shopper_makes_the_bot_post_as_an_agent(talk: Talk):
    talk.ask("How can I return an item?")
    assert {(one.author, one.staff_id) for one in talk.turns()} == {(BOT.kind, None)}


# -- people --------------------------------------------------------------------------------------------------------


def test_out_of_hours_it_says_when_a_person_answers_and_asks_for_an_address(talk: Talk, clock: Clock):
    clock.advance(hours=9)  # Monday 21:00 UTC is Tuesday 06:00 in Seoul.
    turn = talk.ask("I want to talk to a human")
    assert "Nobody is here now" in turn.text
    assert "November 24, 2026, 09:05" in turn.text
    assert turn.data["buttons"] == ["email"]
    handed = talk.events()[-1]
    assert (handed.kind, handed.data["hours"]) == ("handed_over", "closed")


def test_a_picture_without_words_is_for_people(talk: Talk):
    with talk.database.writing() as session:
        session.add(
            ChatAttachment(
                public_id="a1",
                conversation_id=talk.number,
                author="shopper",
                digest="0" * 64,
                name="broken.png",
                content_type="image/png",
                size=1,
                created_at=talk.conversation.created_at,
            )
        )
        session.flush()
        author = Author("shopper", device_id=int(talk.device.id or 0))
        actions.post_message(session, talk.number, author=author, text="", attachments=("a1",))
    talk.run_jobs()
    assert talk.now().held_by == "people"
    assert talk.turns()[-1].data["reason"] == "attachment"


def test_a_yes_without_an_offer_calls_nobody(talk: Talk):
    talk.ask("How can I return an item?")
    assert talk.ask("yes").data["action"] == "courtesy"
    assert talk.now().held_by == "bot"


def test_the_words_of_a_korean_question_are_answered_in_korean(talk: Talk):
    assert talk.ask("제 주문 어디까지 왔나요?").text.startswith("주문은 본인에게만")
    assert talk.ask("안녕하세요").text.startswith("안녕하세요!")
    assert talk.ask("Where is my order?").text.startswith("I can show an order only")


def test_the_orders_that_are_offered_are_found_by_their_own_question(talk: Talk, clock: Clock):
    orders = [order_of(talk) for _ in range(3)]
    for order in orders:
        talk.prove(order, clock)
    for question in ("Where is my order?", "제 주문 어디 있어요?"):
        (first, *_) = talk.ask(question).data["choices"]
        told = talk.ask(first["question"]).data["order"]
        assert told["number"] in first["title"]


def test_whose_address_is_known_is_not_asked_for_it(talk: Talk):
    with talk.database.writing() as session:
        contact = session.get(Contact, talk.contact.id)
        assert contact is not None
        contact.email = "minji@example.com"
    assert "buttons" not in talk.ask("I want to talk to a human").data


def test_a_shop_without_a_bot_has_people_called_at_once(talk: Talk):
    with talk.database.writing() as session:
        settings.change(session, talk.store, bot=False)
    talk.say("How can I return an item?")
    assert talk.turns() == []
    assert talk.now().held_by == "people"


def test_an_article_counts_once_as_one_whose_reader_asked_a_person(talk: Talk):
    told = talk.ask("How can I return an item?").data["article"]
    talk.say("I want to talk to a human")
    handed = next(one for one in talk.events() if one.kind == "handed_over")
    count_asked_person(talk.database, conversation_id=talk.number, seq=handed.seq)
    with talk.database.writing() as session:
        actions.hand_over(session, talk.number, author=SHOPPER, reason="button")
    talk.run_jobs()
    with talk.database.reading() as session:
        days = session.exec(select(ArticleDay)).all()
    assert [(one.article_id, one.locale, one.asked_person) for one in days] == [(told["id"], "en", 1)]


# -- choices and products ------------------------------------------------------------------------------------------


def test_a_choice_sends_its_question_and_is_answered_with_that_article(talk: Talk):
    with talk.database.writing() as session:
        article(session, talk.store, "How long does delivery take?", "Two days within the country.")
        article(session, talk.store, "What does delivery cost?", "Three euros, and nothing from fifty on.")
        help_centre_of(session, int(talk.store.id or 0)).thresholds = {
            "words": {"answer": 0.99, "suggest": 0.2}
        }
    turn = talk.ask("something about delivery and such")
    assert turn.data["action"] == "choices"
    assert 1 < len(turn.data["choices"]) <= 3
    for choice in turn.data["choices"]:
        assert choice["address"].startswith("http")
    wanted = turn.data["choices"][-1]
    answered = talk.ask(wanted["question"])
    assert answered.data["article"]["id"] == wanted["id"]
    assert "action" in answered.data


def product(talk: Talk, number: int, name: str, **changes: Any) -> None:
    told = Product(
        **{
            "remote_id": number,
            "parent_remote_id": 0,
            "name": name,
            "kind": "simple",
            "status": "publish",
            "sku": "",
            "price": "12900",
            "stock_status": "instock",
            "stock_quantity": "3",
            "link": f"https://tea.example/product/{number}",
            "image": "",
            "modified_at": factories.PAID,
            **changes,
        }
    )
    with talk.database.writing() as session:
        mirror.mirror_products(session, session.get(Store, talk.store.id), [told], now=factories.PAID)


def test_a_named_product_is_told_with_price_and_stock(talk: Talk):
    product(talk, 7, "Jasmine Pearls 100 g")
    turn = talk.ask("How much are the jasmine pearls?")
    assert turn.data["product"]["price"] == "₩12,900"
    assert turn.text.splitlines()[0] == "Jasmine Pearls 100 g"
    assert "3 left" in turn.text
    assert turn.data["links"] == [
        {"title": "Jasmine Pearls 100 g", "address": "https://tea.example/product/7"}
    ]


@pytest.mark.parametrize("changes", [{"status": "draft"}, {"status": "private"}])
def test_a_product_that_visitors_do_not_see_is_not_told(talk: Talk, changes: dict[str, Any]):
    product(talk, 7, "Jasmine Pearls 100 g", **changes)
    assert "product" not in talk.ask("How much are the jasmine pearls?").data


def test_products_that_are_meant_as_likely_are_a_choice(talk: Talk):
    product(talk, 7, "Jasmine Pearls")
    product(talk, 8, "Jasmine Blossoms")
    turn = talk.ask("price of the jasmine")
    assert turn.data["action"] == "choices"
    assert [one["question"] for one in turn.data["choices"]] == ["Jasmine Pearls", "Jasmine Blossoms"]
    assert talk.ask("Jasmine Blossoms").data["product"]["id"] == 8


def test_sold_out_options_are_told(talk: Talk):
    product(talk, 7, "한복 저고리", kind="variable", attributes={"사이즈": ("S", "M")}, price="80000")
    for number, size, stock in ((71, "S", "instock"), (72, "M", "outofstock")):
        product(
            talk,
            number,
            "한복 저고리",
            parent_remote_id=7,
            kind="variation",
            attributes={"사이즈": (size,)},
            stock_status=stock,
            stock_quantity="",
            price="80000",
        )
    turn = talk.ask("한복 저고리 사이즈 뭐 있어요?")
    assert "사이즈: S, M(품절)" in turn.text
