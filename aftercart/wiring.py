"""Cause and effect on one page: the jobs, what starts them, and where each room's routes and fragments hang."""

from collections.abc import Sequence

from fastapi import APIRouter

import chat.articles_told
import chat.attachment_endpoints
import chat.attachment_jobs
import chat.bot
import chat.console
import chat.desk_live
import chat.endpoints
import chat.export_console
import chat.jobs
import chat.live
import chat.model_budget
import chat.people_jobs
import chat.rating_pages
import chat.session_endpoints
import chat.settings_console
import chat.transcript_endpoints
import chat.waiting
import chat.widget_endpoints
import connector.console
import connector.woo.jobs
import connector.woo.webhooks
import connector.wordpress.jobs
import customers.endpoints
import customers.jobs
import faq.console
import faq.endpoints
import faq.exchange_console
import faq.exchange_jobs
import faq.help_api
import faq.help_pages
import faq.help_votes
import faq.image_console
import faq.jobs
import faq.learning_console
import invoices.console
import invoices.endpoints
import invoices.jobs
import outbox.console
import outbox.jobs
import staff.console
from aftercart import care, staff_letters
from chat.events import ConversationResolved, PersonWanted, ShopperAsked
from connector.events import (
    OrderPaid,
    RefundMade,
    RefundRemoved,
    SiteAddressChanged,
    StoreConnected,
)
from core.events import Reactions
from core.settings import Settings
from core.work import Job, Schedule
from customers.events import ContactsJoined
from faq.events import TextIndexed
from invoices.events import InvoiceIssued
from outbox.events import LetterFailed, LetterSent
from staff.events import InvitationMade, ResetWanted

JOBS: Sequence[Job] = (
    # One shop's visits never overlap; webhooks (a shopper waits) go before polls, polls before sweeps.
    Job("woo.take_in", connector.woo.jobs.take_in, queue="shop", attempts=6),
    Job("woo.sync", connector.woo.jobs.sync, queue="shop", urgency=5, attempts=3),
    Job("woo.sweep_store", connector.woo.jobs.sweep_store, queue="shop", urgency=10, attempts=5),
    Job("woo.care", connector.woo.jobs.care_for_webhooks, attempts=3),
    Job("woo.tick", connector.woo.jobs.tick, attempts=1),
    Job("woo.sweep", connector.woo.jobs.sweep, attempts=3),
    Job("woo.see_to_webhooks", connector.woo.jobs.see_to_webhooks, attempts=3),
    Job("woo.forget_deliveries", connector.woo.jobs.forget_deliveries, attempts=3),
    Job("wordpress.prove_site", connector.wordpress.jobs.prove_site, attempts=3),
    Job("faq.exchange", faq.exchange_jobs.exchange, urgency=5, attempts=4),
    Job("invoices.issue_for_order", invoices.jobs.issue_for_order),
    Job("invoices.credit_for_refund", invoices.jobs.credit_for_refund),
    Job("invoices.refund_removed", invoices.jobs.refund_removed),
    Job("invoices.render", invoices.jobs.render),
    Job("invoices.renew_link", invoices.jobs.renew_link),
    Job("invoices.retry_changed", invoices.jobs.retry_changed, attempts=3),
    Job("faq.group_questions", faq.jobs.group_questions, urgency=10, attempts=3),
    Job("faq.ask_again", faq.jobs.ask_again, urgency=10, attempts=3),
    Job("faq.forget_questions", faq.jobs.forget_questions, attempts=3),
    Job("faq.weekly_letter", faq.jobs.weekly_letter, attempts=3),
    Job("chat.find_person", chat.jobs.find_person, attempts=3),
    Job("chat.send_transcript", chat.jobs.send_transcript),
    Job("chat.tick", chat.jobs.tick, attempts=1),
    Job("chat.erase_old", chat.jobs.erase_old, attempts=3),
    Job("chat.measure", chat.jobs.measure, attempts=3),
    Job("outbox.send", outbox.jobs.send, attempts=outbox.jobs.SEND_ATTEMPTS),
    Job("outbox.release_waiting", outbox.jobs.release_waiting, urgency=5),
    Job("outbox.pause_for_address", outbox.jobs.pause_for_address),
    Job("staff.invite", staff_letters.send_invitation),
    Job("staff.send_reset", staff_letters.send_reset),
    Job("faq.embed", faq.jobs.embed, urgency=5),
    Job("faq.rebuild_index", faq.jobs.rebuild_index, urgency=10, attempts=5),
    Job("faq.refit_thresholds", faq.jobs.refit_thresholds, attempts=3),
    # A shopper waits for it: its own queue, so that no other work is ever before it.
    Job("chat.answer", chat.bot.answer, queue="chat", attempts=3, first_delay_seconds=1.0),
    Job("chat.forget_exchanges", chat.model_budget.forget_exchanges, attempts=3),
    Job("chat.count_asked_person", chat.articles_told.count_asked_person, urgency=10),
    Job("chat.move_conversations", chat.people_jobs.move_conversations),
    Job("chat.forget_silent", chat.people_jobs.forget_silent, attempts=3),
    Job("customers.send_code", customers.jobs.send_code),
    Job("customers.forget_old", customers.jobs.forget_old, attempts=3),
    Job("chat.forget_unsent", chat.attachment_jobs.forget_unsent, urgency=10, attempts=3),
    Job("care.watch", care.watch, attempts=3),
    Job("care.purge", care.purge, attempts=3),
)

REACTIONS: Reactions = {
    StoreConnected: ["woo.sync", "woo.care"],
    SiteAddressChanged: ["outbox.pause_for_address"],
    OrderPaid: ["invoices.issue_for_order"],
    RefundMade: ["invoices.credit_for_refund"],
    RefundRemoved: ["invoices.refund_removed"],
    InvoiceIssued: ["invoices.render"],
    InvitationMade: ["staff.invite"],
    ResetWanted: ["staff.send_reset"],
    TextIndexed: ["faq.embed"],
    ShopperAsked: ["chat.answer"],
    PersonWanted: ["chat.find_person", "chat.count_asked_person"],
    ConversationResolved: [],
    ContactsJoined: ["chat.move_conversations"],
    LetterSent: [],
    LetterFailed: [],
}


def schedules(settings: Settings) -> Sequence[Schedule]:
    """What the clock starts; six fields, seconds first, UTC. Nights are quiet for most shops of one zone only."""
    seconds = "0" if settings.poll_seconds == 60 else f"*/{settings.poll_seconds}"
    return (
        Schedule("woo.tick", f"{seconds} * * * * *"),
        Schedule("woo.see_to_webhooks", "30 7 * * * *"),
        Schedule("woo.sweep", "0 10 2 * * *"),
        Schedule("woo.forget_deliveries", "0 40 3 * * *"),
        Schedule("invoices.retry_changed", "45 * * * * *"),
        # A new release makes its index soon after it starts.
        Schedule("faq.rebuild_index", "25 */10 * * * *"),
        Schedule("faq.refit_thresholds", "0 20 4 * * 1"),
        Schedule("faq.group_questions", "20 */10 * * * *"),
        Schedule("faq.ask_again", "0 20 3 * * *"),
        Schedule("faq.forget_questions", "0 50 3 * * *"),
        Schedule("customers.forget_old", "0 55 3 * * *"),
        Schedule("chat.forget_silent", "30 55 3 * * *"),
        Schedule("faq.weekly_letter", "0 5 * * * *"),
        Schedule("chat.forget_exchanges", "0 55 3 * * *"),
        Schedule("chat.tick", "5/20 * * * * *"),
        Schedule("chat.measure", "0 15 3 * * *"),
        Schedule("chat.erase_old", "0 0 4 * * *"),
        Schedule("chat.forget_unsent", "50 25 * * * *"),
        Schedule("care.watch", "15 */5 * * * *"),
        Schedule("care.purge", "0 30 3 * * *"),
    )


# -- pages -------------------------------------------------------------------------------------------------------

ROUTERS: Sequence[APIRouter] = (
    chat.rating_pages.router,
    # Before the inbox, whose /conversations/{public_id} would take "figures" and "export".
    chat.settings_console.router,
    chat.export_console.router,
    chat.console.router,
    chat.attachment_endpoints.router,
    chat.transcript_endpoints.router,
    chat.endpoints.router,
    chat.session_endpoints.router,
    customers.endpoints.router,
    chat.widget_endpoints.router,
    chat.live.router,
    chat.waiting.router,
    chat.desk_live.router,
    connector.woo.webhooks.router,
    connector.console.router,
    faq.endpoints.router,
    faq.image_console.router,
    # Before the pages of single articles: "questions", "figures" and "import" are no articles.
    faq.learning_console.router,
    faq.exchange_console.router,
    invoices.endpoints.router,
    invoices.console.router,
    outbox.console.router,
    staff.console.router,
    # Its addresses have the centre's name where others below /help have a word of their own: those stand above.
    faq.help_api.router,
    faq.help_votes.router,
    faq.help_pages.router,
    faq.console.router,  # Last: its /articles/{article_id} would take any word that comes after it.
)

TEMPLATES = ["chat", "core", "connector", "faq", "invoices", "outbox", "staff"]

NAVIGATION = (
    ("today", "/"),
    # With the address of a number beside it: how many wait.
    ("inbox", "/conversations", "/console/chat/here"),
    ("orders", "/orders"),
    ("invoices", "/invoices"),
    ("help", "/articles"),
    ("settings", "/settings"),
    ("health", "/health"),
)

# Fragments that a page of a lower room loads from the rooms above it, so that no import runs up.
PANELS = {
    "today": [
        "/console/chat/today",
        "/console/connector/today",
        "/console/invoices/today",
        "/console/outbox/today",
        "/console/faq/gaps-today",
        "/console/faq/today",
        "/console/chat/figures-today",
    ],
    "order": [
        "/console/invoices/order-panel?order_id={order_id}",
        "/console/outbox/order-panel?order_id={order_id}",
        "/console/chat/order-panel?order_id={order_id}",
    ],
    "settings": [
        "/console/connector/settings",
        "/console/invoices/settings",
        "/console/chat/settings",
        "/console/faq/settings",
        "/console/outbox/settings",
    ],
    "health": ["/console/connector/health", "/console/outbox/health"],
}
