"""Letters as other rooms hand them in."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from outbox.mailer import Enclosure, OutgoingLetter
from outbox.schemas import NewLetter

NEW = NewLetter(
    cause="invoice:1:1001",
    purpose="invoice",
    legal_class="transactional",
    store_id=1,
    order_id=1001,
    to_address="minji@example.com",
    to_name="김민지",
    language="ko",
    sender_name="달빛 상점",
    reply_to="help@shop.example",
    subject="주문 1001의 인보이스",
    text="인보이스를 보내드려요.\n",
    html="<p>인보이스를 보내드려요.</p>",
)

OUTGOING = OutgoingLetter(
    message_id="0123456789abcdef@shop.example",
    moment=datetime(2026, 11, 23, 12, tzinfo=UTC),
    sender_name="달빛 상점",
    reply_to="help@shop.example",
    to_address="minji@example.com",
    to_name="김민지",
    language="ko",
    subject="주문 1001의 인보이스",
    text="인보이스를 보내드려요.\n.\n점 하나로 시작하는 줄\n",
    html="<p>인보이스를 보내드려요.</p>",
    enclosures=(Enclosure("인보이스-2026-000001.pdf", "application/pdf", b"%PDF-1.7\n\x00\xff"),),
)


def new_letter(**changes: Any) -> NewLetter:
    return replace(NEW, **changes)


def outgoing(**changes: Any) -> OutgoingLetter:
    return replace(OUTGOING, **changes)
