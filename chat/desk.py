"""The desk's list: which conversations need a person of the shop, counted and found. What shoppers see is not here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal, get_args

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, tuple_
from sqlmodel import Session, col

from chat import desk_search
from chat.desk_rows import Listed, told
from chat.desk_tables import ConversationLabel, Mention
from chat.tables import Conversation
from connector.tables import ShopOrder
from customers.tables import Contact
from staff.tables import StaffMember

PAGE = 40
MOST_OF_ORDER = 10

View = Literal["waiting", "mine", "unassigned", "mentions", "open", "snoozed", "resolved", "spam"]
VIEWS: tuple[View, ...] = get_args(View)
# Resolved ones and spam grow for ever: their number helps nobody and would cost a look at all of them.
COUNTED: tuple[View, ...] = ("waiting", "mine", "unassigned", "mentions", "open", "snoozed")
OrderState = Literal["", "paid", "unpaid", "none"]
ORDER_STATES: tuple[OrderState, ...] = ("paid", "unpaid", "none")


@dataclass(frozen=True)
class Wanted:
    """Which conversations are asked for, and by whom. With `words` every state but spam is searched.

    `after` is the cursor of the page before: the number and the moment of its last row.
    """

    staff_id: int = 0
    view: View = "waiting"
    store_id: int = 0
    channel: str = ""
    label_id: int = 0
    language: str = ""
    team_id: int = 0
    order: OrderState = ""
    words: str = ""
    after: str = ""


@dataclass(frozen=True)
class Found:
    """A page of the list; `after` leads to the next one, "" after the last."""

    rows: tuple[Listed, ...] = ()
    after: str = ""


def conversations(session: Session, wanted: Wanted) -> Found:
    """The conversations that are asked for: who waits longest first where people wait, else the newest change first."""
    waiting = wanted.view == "waiting" and not wanted.words
    moment = col(Conversation.waiting_since) if waiting else col(Conversation.changed_at)
    number = col(Conversation.id)
    chosen = _columns().where(*_conditions(session, wanted))
    if cursor := _read(wanted.after):
        place = tuple_(moment, number)
        chosen = chosen.where(place > tuple_(*cursor) if waiting else place < tuple_(*cursor))
    order = (moment, number) if waiting else (moment.desc(), number.desc())
    rows = session.execute(chosen.order_by(*order).limit(PAGE + 1)).all()
    shown = [Listed(row[0], row[1], row[2], row[3] or "") for row in rows[:PAGE]]
    last = shown[-1].conversation if len(rows) > PAGE else None
    return Found(
        told(session, shown, staff_id=wanted.staff_id, words=wanted.words),
        _cursor(last, waiting=waiting) if last else "",
    )


def counts(session: Session, wanted: Wanted) -> Mapping[View, int]:
    """How many there are in each view that is counted, with the other filters as they are."""
    views = {view: _in_view(replace(wanted, view=view)) for view in COUNTED}
    counting = (
        select(*[func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in views.values()])
        .select_from(Conversation)
        .where(*_filters(wanted), col(Conversation.state).in_(("open", "snoozed")))
    )
    return dict(zip(views, (int(count) for count in session.execute(counting).one()), strict=True))


def waiting_count(session: Session, staff_id: int) -> int:
    """How many wait for a word of this person: theirs, and those that nobody has taken."""
    counting = select(func.count()).where(
        _in_view(Wanted(view="waiting")),
        or_(col(Conversation.assignee_id) == staff_id, col(Conversation.assignee_id).is_(None)),
    )
    return int(session.execute(counting).scalar_one())


def newest_unread(session: Session, staff_id: int, *, most: int) -> Sequence[Listed]:
    """The open conversations with a word that this person should read, the newest first: theirs, and nobody's."""
    concerned = or_(col(Conversation.assignee_id) == staff_id, col(Conversation.assignee_id).is_(None))
    chosen = (
        _columns()
        .where(_in_view(Wanted(view="waiting")), concerned, *_filters(Wanted()))
        .order_by(col(Conversation.changed_at).desc(), col(Conversation.id).desc())
        .limit(PAGE)
    )
    rows = [Listed(row[0], row[1], row[2], row[3] or "") for row in session.execute(chosen)]
    return [one for one in told(session, rows, staff_id=staff_id) if one.unread_seq][:most]


def about_order(session: Session, order: ShopOrder, staff_id: int) -> Sequence[Listed]:
    """Conversations about the order, and those of a person who proved to be its customer; the newest first."""
    proven = [and_(col(Contact.email) == order.email.lower(), col(Contact.email_proven_at).is_not(None))]
    if order.customer_remote_id:
        proven.append(col(Contact.customer_remote_id) == order.customer_remote_id)
    theirs = and_(col(Conversation.store_id) == order.store_id, or_(*proven))
    chosen = (
        _columns()
        .where(*_filters(Wanted()), or_(col(Conversation.order_id) == order.id, theirs))
        .order_by(col(Conversation.changed_at).desc(), col(Conversation.id).desc())
        .limit(MOST_OF_ORDER)
    )
    rows = [Listed(row[0], row[1], row[2], row[3] or "") for row in session.execute(chosen)]
    return told(session, rows, staff_id=staff_id)


def languages(session: Session) -> Sequence[str]:
    """The languages that conversations are held in."""
    return session.execute(select(col(Conversation.language)).distinct().order_by("language")).scalars().all()


def channels(session: Session) -> Sequence[str]:
    """The ways on which conversations came."""
    return session.execute(select(col(Conversation.channel)).distinct().order_by("channel")).scalars().all()


# -- which -------------------------------------------------------------------------------------------------------


def _columns() -> Select[Conversation, str, str, str]:
    return (
        select(Conversation, col(Contact.name), col(Contact.email), col(StaffMember.name))
        .join(Contact, col(Contact.id) == col(Conversation.contact_id))
        .outerjoin(StaffMember, col(StaffMember.id) == col(Conversation.assignee_id))
    )


def _conditions(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = _filters(wanted)
    if not wanted.words:
        return [*found, _in_view(wanted)]
    if wanted.view != "spam":
        return [*found, col(Conversation.state) != "spam", desk_search.holds(session, wanted.words)]
    return [*found, _in_view(wanted), desk_search.holds(session, wanted.words)]


def _in_view(wanted: Wanted) -> ColumnElement[bool]:
    is_open = col(Conversation.state) == "open"
    views: dict[View, ColumnElement[bool]] = {
        "waiting": and_(is_open, col(Conversation.waiting_since).is_not(None)),
        "mine": and_(is_open, col(Conversation.assignee_id) == wanted.staff_id),
        "unassigned": and_(
            is_open, col(Conversation.assignee_id).is_(None), col(Conversation.held_by) == "people"
        ),
        "mentions": and_(
            col(Conversation.state) != "spam",
            select(col(Mention.seq))
            .where(
                col(Mention.conversation_id) == col(Conversation.id),
                col(Mention.staff_id) == wanted.staff_id,
                col(Mention.seen_at).is_(None),
            )
            .exists(),
        ),
        "open": is_open,
        "snoozed": col(Conversation.state) == "snoozed",
        "resolved": col(Conversation.state) == "resolved",
        "spam": col(Conversation.state) == "spam",
    }
    return views[wanted.view]


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [col(Conversation.merged_into_id).is_(None)]
    given = (
        (col(Conversation.store_id), wanted.store_id),
        (col(Conversation.channel), wanted.channel),
        (col(Conversation.language), wanted.language),
        (col(Conversation.team_id), wanted.team_id),
    )
    found += [column == value for column, value in given if value]
    if wanted.label_id:
        labelled = select(col(ConversationLabel.conversation_id)).where(
            col(ConversationLabel.label_id) == wanted.label_id
        )
        found.append(col(Conversation.id).in_(labelled))
    if wanted.order:
        found.append(_about_order(wanted.order))
    return found


def _about_order(state: OrderState) -> ColumnElement[bool]:
    """The order that the conversation is about is paid or not, or there is none."""
    if state == "none":
        return col(Conversation.order_id).is_(None)
    return (
        select(col(ShopOrder.id))
        .where(col(ShopOrder.id) == col(Conversation.order_id), col(ShopOrder.paid).is_(state == "paid"))
        .exists()
    )


# -- the page's place --------------------------------------------------------------------------------------------


def _cursor(last: Conversation, *, waiting: bool) -> str:
    moment = (last.waiting_since if waiting else None) or last.changed_at
    return f"{last.id}.{moment.isoformat()}"


def _read(cursor: str) -> tuple[datetime, int] | None:
    """The place after which the page begins; one that nobody gave out begins at the top."""
    number, _, moment = cursor.partition(".")
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), int(number)
    except (ValueError, OverflowError):
        return None
