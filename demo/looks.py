"""How the demo's own pages look and speak: templates, a few words in two languages, money and times."""

import html
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_currency
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from demo.recording import Body

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)
TEMPLATES.filters["entities"] = html.unescape  # Product names come HTML-escaped (FACTS section 5).
PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; "
    "frame-src 'self'; object-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)

# English, Korean. These pages are the demo's, not the product's: they stay out of the catalogues.
WORDS = {
    "demo_shop": ("Demo shop", "데모 상점"),
    "demo_note": (
        "A WooCommerce stand-in with invented people and goods. What you click here, Aftercart sees.",
        "가상의 사람과 상품으로 만든 우커머스 대역이에요. 여기서 누르면 Aftercart가 알아차려요.",
    ),
    "language": ("한국어", "English"),
    "place_order": ("Place an order", "주문하기"),
    "product": ("Product", "상품"),
    "any_product": ("Surprise me", "아무거나"),
    "quantity": ("Quantity", "수량"),
    "email": ("Buyer's e-mail (a guest; empty: anybody)", "구매자 이메일 (비회원, 비우면 아무나)"),
    "paid_now": ("Paid at once", "바로 결제"),
    "gateway": ("Payment", "결제 방법"),
    "orders": ("Latest orders", "최근 주문"),
    "no_orders": ("No orders yet.", "아직 주문이 없어요."),
    "order": ("Order", "주문"),
    "pay": ("Pay", "결제"),
    "refund_full": ("Refund all", "전액 환불"),
    "refund_line": ("Refund one piece", "한 개 환불"),
    "refund_amount": ("Refund 10 %", "10% 환불"),
    "edit": ("Edit", "수정"),
    "trash": ("Trash", "휴지통"),
    "restore": ("Restore", "복원"),
    "force": ("Delete for good", "영구 삭제"),
    "more": ("More", "더 보기"),
    "refunded": ("refunded", "환불"),
    "guest": ("guest", "비회원"),
    "keys": ("Address and keys", "주소와 키"),
    "done_place": ("Order {id} was placed.", "{id}번 주문이 들어왔어요."),
    "done_pay": ("Order {id} was paid.", "{id}번 주문이 결제되었어요."),
    "done_refund": ("Order {id} was refunded.", "{id}번 주문을 환불했어요."),
    "done_edit": ("Order {id} was edited.", "{id}번 주문을 수정했어요."),
    "done_delete": ("Order {id} was moved.", "{id}번 주문을 옮겼어요."),
    "failed": ("That did not work: {reason}", "안 되었어요: {reason}"),
    "pending": ("Pending payment", "결제 대기"),
    "processing": ("Processing", "처리 중"),
    "on-hold": ("On hold", "보류"),
    "completed": ("Completed", "완료"),
    "cancelled": ("Cancelled", "취소"),
    "failed_status": ("Failed", "실패"),
    "refunded_status": ("Refunded", "환불됨"),
    "shipped": ("Shipped", "배송 중"),
    "trash_status": ("In the trash", "휴지통"),
    "checkout-draft": ("Draft", "임시 주문"),
    "auto-draft": ("Draft", "임시 주문"),
    "mailbox": ("Demo mailbox", "데모 우편함"),
    "mailbox_note": (
        "Every letter the service sends ends here. Nothing leaves this machine.",
        "서비스가 보내는 모든 편지가 여기로 와요. 밖으로 나가는 편지는 없어요.",
    ),
    "no_letters": ("No letters yet.", "아직 편지가 없어요."),
    "to": ("To", "받는 사람"),
    "from": ("From", "보낸 사람"),
    "subject": ("Subject", "제목"),
    "received": ("Received", "받은 시각"),
    "attachments": ("Attachments", "첨부"),
    "open": ("Open", "열기"),
    "download": ("Download", "내려받기"),
    "source": ("Source", "원문"),
    "back": ("All letters", "모든 편지"),
    "as_text": ("As text", "텍스트"),
    "as_html": ("As HTML", "HTML"),
    "shelf": ("Good things for quiet days", "조용한 날을 위한 좋은 물건"),
    "shelf_note": (
        "A demo shop page. The chat in the corner is the real one.",
        "데모 상점 화면이에요. 모서리의 채팅은 실제로 움직여요.",
    ),
    "signed_in": ("Signed in as {name}", "{name} 님으로 로그인했어요"),
    "signed_out": ("Not signed in", "로그인하지 않았어요"),
    "who_asks": ("Who is at the shop?", "누구로 둘러볼까요?"),
    "guest_here": ("A guest", "비회원"),
    "no_chat": (
        "This shop has not been told which chat to carry.",
        "이 상점에는 아직 채팅이 연결되지 않았어요.",
    ),
    "storefront": ("See the shop as a customer", "손님으로 상점 보기"),
    "letters": ("{n} letters", "편지 {n}통"),
}


class Words:
    """The words of one language: `words.pay`, `words['on-hold']`, `words.told('done_pay', id=7)`."""

    def __init__(self, language: str) -> None:
        self.language = language if language in {"en", "ko"} else "en"

    def __getitem__(self, name: str) -> str:
        return WORDS[name][self.language == "ko"]

    def status(self, status: str) -> str:
        return self[f"{status}_status"] if f"{status}_status" in WORDS else self[status]

    def told(self, name: str, **values: object) -> str:
        return self[name].format(**values)

    @property
    def other(self) -> str:
        return "en" if self.language == "ko" else "ko"

    def money(self, amount: str, currency: str) -> str:
        return format_currency(Decimal(amount), currency, locale=self.language)

    def moment(self, gmt: str | datetime, zone: ZoneInfo) -> str:
        when = gmt if isinstance(gmt, datetime) else datetime.fromisoformat(gmt)
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        pattern = "y. M. d. HH:mm:ss" if self.language == "ko" else "medium"
        return format_datetime(when, pattern, tzinfo=zone, locale=self.language)

    def person(self, address: Body) -> str:
        """A name the way its country writes it."""
        if address["country"] == "KR":
            return f"{address['last_name']}{address['first_name']}"
        return f"{address['first_name']} {address['last_name']}".strip()


def page(
    template: str, words: Words, status: int = 200, policy: str = PAGE_POLICY, **values: Any
) -> HTMLResponse:
    text = TEMPLATES.get_template(template).render(words=words, **values)
    return HTMLResponse(text, status, {"Content-Security-Policy": policy, "Cache-Control": "no-store"})
