"""Work on WooCommerce shops outside of requests: synchronising, looking into webhooks, sweeping, caring for webhooks."""

from datetime import timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from connector import queries, syncing
from connector.errors import StoreNotFound, StoreRefused, StoreUnavailable
from connector.tables import ShopOrder
from connector.woo import care, intake, sweeping
from connector.woo.shops import client_of
from connector.woo.sweeping import Stretch
from connector.woo.syncing import bring_up_to_date
from connector.woo.tables import WebhookDelivery
from connector.woo.visits import Visit
from core import clock, jobs
from core.database import Database
from core.logs import log
from core.security import Keys
from core.settings import Settings

RECENT_ORDERS = 100
PUT_OFF_SECONDS = 3600


def tick(database: Database) -> None:
    """Every few seconds: see that each shop is visited. A visit that still waits or runs is not doubled."""
    with database.writing() as session:
        for store in queries.stores(session):
            jobs.request(session, "woo.sync", str(store.id), store_id=store.id)


def sync(database: Database, *, keys: Keys, settings: Settings, store_id: int) -> None:
    """Visit one shop and mirror what is due. Faults are noted where people see them; the next tick tries again."""
    visit = _visit(database, keys, settings, store_id)
    if visit is None:
        return
    try:
        done = bring_up_to_date(visit)
    finally:
        visit.client.close()
    if not done:
        with database.writing() as session:
            jobs.request(session, "woo.sync", str(store_id), store_id=store_id)


def sync_until_done(database: Database, *, keys: Keys, settings: Settings, store_id: int) -> None:
    """Visit one shop until everything due is mirrored, however long it takes; for the command line."""
    visit = _visit(database, keys, settings, store_id)
    if visit is None:
        return
    visit.seconds = float("inf")
    try:
        bring_up_to_date(visit)
    finally:
        visit.client.close()


def take_in(database: Database, *, keys: Keys, settings: Settings, store_id: int, last_attempt: bool) -> None:
    """Look into all webhooks of one shop that wait. When the shop stays away, polls and sweeps catch up without them."""
    with database.writing() as session:
        deliveries, hints = _claim(session, store_id)
    visit = _visit(database, keys, settings, store_id)
    if visit is None or not hints:
        return
    try:
        intake.look_into(visit, hints)
    except (StoreRefused, StoreUnavailable) as problem:
        if not last_attempt and not problem.permanent:
            raise
        log("connector").warning("webhooks_left_aside", store=store_id, problem=str(problem.sentence))
    finally:
        visit.client.close()
    _handled(database, deliveries)


def sweep(database: Database) -> None:
    """Every night: compare every shop's numbers with its mirror."""
    with database.writing() as session:
        for store in queries.stores(session):
            _hand_in_stretch(session, int(store.id or 0), f"{clock.now():%Y-%m-%d}", Stretch())


def sweep_store(
    database: Database,
    *,
    keys: Keys,
    settings: Settings,
    store_id: int,
    day: str,
    page: int,
    above: int = 0,
    whole: bool = False,
    last_attempt: bool = False,
) -> None:
    """One stretch of a sweep, which hands in the next one itself; or the `whole` sweep at once.

    A shop whose first pass still runs is not swept: all that is missing comes anyway.
    """
    visit = _visit(database, keys, settings, store_id)
    if visit is None or not (whole or _is_mirrored(database, store_id)):
        return
    visit.seconds = float("inf") if whole else visit.seconds
    if page == 1:
        _note_sweep_begun(database, store_id)
    try:
        following = sweeping.sweep_orders(visit, Stretch(page, above))
        if following is None:
            sweeping.sweep_people(visit)
            sweeping.sweep_goods(visit)
    except (StoreRefused, StoreUnavailable) as problem:
        if whole or (not last_attempt and not problem.permanent):
            raise
        # The polls tell people of it.
        log("connector").warning("sweep_put_off", store=store_id, problem=str(problem.sentence))
        with database.writing() as session:
            _put_off(session, store_id, day, Stretch(page, above))
        return
    finally:
        visit.client.close()
    with database.writing() as session:
        if following is not None:
            _hand_in_stretch(session, store_id, day, following)
        else:
            syncing.swept(session, store_id, now=clock.now())


def _is_mirrored(database: Database, store_id: int) -> bool:
    with database.reading() as session:
        return queries.is_mirrored(session, store_id)


def _note_sweep_begun(database: Database, store_id: int) -> None:
    with database.writing() as session:
        syncing.advance(session, store_id, "sweep", now=clock.now(), cursor_at=clock.now())


def _hand_in_stretch(
    session: Session, store_id: int, day: str, stretch: Stretch, *, delay_seconds: float = 0, again: str = ""
) -> None:
    jobs.enqueue(
        session,
        "woo.sweep_store",
        f"{store_id}-{day}-{stretch.page}{again}",
        delay_seconds=delay_seconds,
        store_id=store_id,
        day=day,
        page=stretch.page,
        above=stretch.above,
    )


def _put_off(session: Session, store_id: int, day: str, stretch: Stretch) -> None:
    """Go on in an hour, but only until the next night's sweep begins anew."""
    now = clock.now()
    if day.startswith(f"{now:%Y-%m-%d}"):
        _hand_in_stretch(
            session, store_id, day, stretch, delay_seconds=PUT_OFF_SECONDS, again=f"-{now:%H%M%S}"
        )


def see_to_webhooks(database: Database) -> None:
    """Every hour: see that each shop's webhooks exist and are active."""
    with database.writing() as session:
        for store in queries.stores(session):
            jobs.request(session, "woo.care", str(store.id), store_id=store.id)


def care_for_webhooks(database: Database, *, keys: Keys, settings: Settings, store_id: int) -> None:
    """Make or re-enable one shop's webhooks where the key allows it; what was missed meanwhile is looked for at once."""
    visit = _visit(database, keys, settings, store_id)
    if visit is None:
        return
    try:
        secret = keys.reveal(visit.store.webhook_secret_hidden)
        cared = care.see_to(visit.client, visit.store, address=settings.public_url, secret=secret)
    except StoreRefused:
        cared = care.Cared("read_only")
    except StoreUnavailable as problem:
        # The polls tell people of it; the next hour looks again.
        log("connector").warning("webhooks_not_seen_to", store=store_id, problem=str(problem.sentence))
        return
    finally:
        visit.client.close()
    with database.writing() as session:
        state = syncing.state(session, store_id, "webhooks")
        state.problem_code, state.last_ok_at = cared.state, clock.now()
        state.complete = cared.state == "active"
        session.add(state)
        if cared.made:
            log("connector").info("webhooks_made", store=store_id, count=cared.made)
        if cared.enabled:
            _close_gap(session, store_id, cared.enabled)


def _close_gap(session: Session, store_id: int, enabled: int) -> None:
    """Visit the shop, and sweep it for what polls cannot see, since its webhooks had been given up for some time."""
    log("connector").warning("webhooks_enabled_again", store=store_id, count=enabled)
    jobs.request(session, "woo.sync", str(store_id), store_id=store_id)
    _hand_in_stretch(session, store_id, f"{clock.now():%Y-%m-%d-%H%M%S}", Stretch())


def forget_deliveries(database: Database, *, settings: Settings) -> None:
    """Every night: drop webhooks that were looked into long ago."""
    before = clock.now() - timedelta(days=settings.webhook_retention_days)
    with database.writing() as session:
        session.execute(delete(WebhookDelivery).where(col(WebhookDelivery.handled_at) < before))


def _visit(database: Database, keys: Keys, settings: Settings, store_id: int) -> Visit | None:
    with database.reading() as session:
        try:
            store = queries.store(session, store_id)
        except StoreNotFound:
            return None  # Disconnected meanwhile.
    return Visit(database, client_of(store, keys, settings), store)


def _claim(session: Session, store_id: int) -> tuple[list[int], list[tuple[str, int]]]:
    """Take all that waits, and whatever an earlier run took but did not finish: their ids, and what they hint at."""
    session.execute(
        update(WebhookDelivery)
        .where(col(WebhookDelivery.store_id) == store_id, col(WebhookDelivery.taken_at).is_(None))
        .values(taken_at=clock.now())
    )
    rows = session.exec(
        select(WebhookDelivery).where(
            WebhookDelivery.store_id == store_id, col(WebhookDelivery.handled_at).is_(None)
        )
    ).all()
    hints = {(row.topic.partition(".")[0], row.remote_id) for row in rows}
    if ("order", 0) in hints:
        # An error object in place of an order: one of the latest orders was deleted before its delivery.
        hints |= {("order", number) for number in _latest_orders(session, store_id)}
    return [int(row.id or 0) for row in rows], sorted(hints)


def _handled(database: Database, deliveries: list[int]) -> None:
    with database.writing() as session:
        session.execute(
            update(WebhookDelivery)
            .where(col(WebhookDelivery.id).in_(deliveries))
            .values(handled_at=clock.now())
        )


def _latest_orders(session: Session, store_id: int) -> list[int]:
    return list(
        session.exec(
            select(ShopOrder.remote_id)
            .where(ShopOrder.store_id == store_id, col(ShopOrder.deleted_at).is_(None))
            .order_by(col(ShopOrder.remote_id).desc())
            .limit(RECENT_ORDERS)
        )
    )
