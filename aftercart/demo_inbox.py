"""The demo's inbox: a few conversations of each shop, in different states, made by the product's own verbs."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session, col, select

from aftercart.service import Service
from chat import actions, assigning, handling, labels, rating, saved_replies, snoozing
from chat.schemas import SHOPPER, Author
from connector.tables import ShopOrder, Store
from core.security import SignedIn
from customers import actions as people
from customers import joining
from staff import actions as staff
from staff import passwords, queries
from staff.tables import StaffMember

AGENT = "mina@aftercart.example"
Who = Literal["shopper", "agent", "note"]
End = Literal["waiting", "bot", "answered", "resolved", "snoozed"]


@dataclass(frozen=True)
class Script:
    """A conversation: who says what, and how it stands at the end. `buyer`: of the shop's newest order, and proven so."""

    name: str
    language: str
    lines: Sequence[tuple[Who, str]]
    end: End
    label: str = ""
    buyer: bool = False
    priority: int = 0


SCRIPTS: Mapping[str, Sequence[Script]] = {
    "KRW": (
        Script(
            "이서연",
            "ko",
            (
                (
                    "shopper",
                    "안녕하세요, 지난주에 주문했는데 아직 도착하지 않았어요. 언제쯤 받을 수 있을까요?",
                ),
                ("shopper", "이번 주말에 선물로 드려야 해서요."),
                ("note", "택배사에 확인해 보니 오늘 간선 상차됐다고 해요. 내일 도착 예정입니다."),
            ),
            "waiting",
            "배송",
            buyer=True,
            priority=1,
        ),
        Script(
            "박지훈",
            "ko",
            (
                ("shopper", "색상을 다른 것으로 바꿀 수 있나요?"),
                ("agent", "네, 출고 전이라 바꿔 드릴 수 있어요. 어떤 색상을 원하세요?"),
                ("shopper", "남색으로 부탁드려요."),
            ),
            "waiting",
            "교환",
        ),
        Script("", "ko", (("shopper", "반품은 며칠 안에 해야 하나요?"),), "bot"),
        Script(
            "최유나",
            "ko",
            (
                ("shopper", "품절된 상품은 언제 다시 들어오나요?"),
                ("agent", "다음 주 초에 입고될 예정이에요. 들어오면 바로 알려 드릴게요."),
            ),
            "snoozed",
        ),
        Script(
            "김도윤",
            "ko",
            (
                ("shopper", "현금영수증 발급되나요?"),
                (
                    "agent",
                    "네, 결제하신 날부터 발급해 드릴 수 있어요. 휴대전화 번호나 사업자 번호를 남겨 주세요.",
                ),
                ("shopper", "빠른 답변 감사합니다!"),
            ),
            "resolved",
        ),
    ),
    "EUR": (
        Script(
            "Anna Weber",
            "de",
            (
                ("shopper", "Guten Tag, meine Bestellung ist noch nicht da. Wissen Sie, wo das Paket liegt?"),
                ("note", "The carrier says it is in the depot in Berlin since this morning."),
            ),
            "waiting",
            "Delivery",
            buyer=True,
            priority=1,
        ),
        Script(
            "Tom Hughes",
            "en",
            (
                ("shopper", "One of the cups arrived with a crack. What can we do?"),
                ("agent", "I am sorry about that. Could you send a photo? We will replace it."),
                ("shopper", "Of course. I take one this evening."),
            ),
            "waiting",
            "Damaged",
        ),
        Script("", "en", (("shopper", "How long do I have to return something?"),), "bot"),
        Script(
            "Camille Laurent",
            "en",
            (
                ("shopper", "Do you ship to Switzerland?"),
                ("agent", "We do from December on. I will write to you as soon as the price is known."),
            ),
            "snoozed",
        ),
        Script(
            "Jonas Keller",
            "de",
            (
                ("shopper", "Kann ich die Rechnung mit der Adresse meiner Firma bekommen?"),
                ("agent", "Gern. Ich habe sie Ihnen eben noch einmal per E-Mail geschickt."),
                ("shopper", "Perfekt, vielen Dank."),
            ),
            "resolved",
        ),
    ),
}
REPLIES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "hello": (
        "Greeting",
        {
            "ko": "안녕하세요. {{agent.name}}입니다. 무엇을 도와드릴까요?",
            "en": "Hello, this is {{agent.name}}. How can I help you?",
            "de": "Guten Tag, hier ist {{agent.name}}. Wie kann ich helfen?",
        },
    ),
    "order": (
        "The order's state",
        {
            "ko": "주문 {{order.number}}의 상태는 “{{order.state}}”입니다.",
            "en": "Your order {{order.number}} is now: {{order.state}}.",
            "de": "Ihre Bestellung {{order.number}}: {{order.state}}.",
        },
    ),
}


def begin_conversations(service: Service, store: Store) -> None:
    """Let the shop's inbox hold something to answer, something answered and something for later."""
    for script in SCRIPTS[store.currency]:
        # One conversation at a time: the service works meanwhile, and SQLite lets one write.
        with service.database.writing() as session:
            _play(session, store, script, _agent(session))


def _agent(session: Session) -> SignedIn:
    """Who answered so far: a colleague without a way to sign in, and the replies that were saved."""
    member = queries.member_of_address(session, AGENT)
    if member is not None:
        return _signed_in(member)
    unguessable = passwords.hashed(secrets.token_urlsafe(32))
    made = staff.add_member(
        session, email=AGENT, name="Mina", role="agent", language="en", password_hash=unguessable
    )
    who = _signed_in(made)
    assigning.set_letters(session, who, wanted=False)
    for shortcut, (title, texts) in REPLIES.items():
        saved_replies.save(session, who, shortcut=shortcut, title=title, texts=texts)
    return who


def _signed_in(member: StaffMember) -> SignedIn:
    return SignedIn(int(member.id or 0), member.name, member.email, "agent", member.language, csrf="")


def _play(session: Session, store: Store, script: Script, who: SignedIn) -> None:
    store_id = int(store.id or 0)
    order = _newest_order(session, store_id) if script.buyer else None
    _token, _device, contact = people.open_device(session, store_id, language=script.language)
    contact.name = script.name
    session.add(contact)
    if order is not None:
        joining.prove_address(session, contact, order.email.lower())
    talk = actions.start(
        session,
        store_id=store_id,
        contact_id=int(contact.id or 0),
        language=script.language,
        page=store.home_address,
    )
    number = int(talk.id or 0)
    if order is not None:
        handling.link_order(session, number, None, order_id=order.id)
    for said_by, text in script.lines:
        _say(session, number, who, said_by, text)
        if said_by == "shopper" and script.end != "bot" and talk.held_by == "bot":
            actions.hand_over(session, number, author=SHOPPER, reason="asked")
    _end(session, number, who, script, zone=store.zone)


def _newest_order(session: Session, store_id: int) -> ShopOrder | None:
    chosen = select(ShopOrder).where(
        ShopOrder.store_id == store_id, ShopOrder.email != "", col(ShopOrder.deleted_at).is_(None)
    )
    return session.exec(chosen.order_by(col(ShopOrder.created_at).desc())).first()


def _say(session: Session, number: int, who: SignedIn, said_by: Who, text: str) -> None:
    if said_by == "note":
        handling.note(session, number, who, text=text)
        return
    author = SHOPPER if said_by == "shopper" else Author("agent", who.staff_id)
    actions.post_message(session, number, author=author, text=text)


def _end(session: Session, number: int, who: SignedIn, script: Script, *, zone: str) -> None:
    if script.label:
        known = {one.name: one for one in labels.labels(session)}
        label = known.get(script.label) or labels.save(session, name=script.label, colour="blue")
        labels.add(session, number, who, label_id=int(label.id or 0))
    if script.priority:
        handling.set_priority(session, number, who, priority=script.priority)
    if script.end == "snoozed":
        handling.snooze(session, number, who, until=snoozing.moment("tomorrow", zone))
    if script.end == "resolved":
        handling.resolve(session, number, who)
        rating.rate(session, number, score=5)
