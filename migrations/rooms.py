"""Every file with tables; a room that gets its first ones adds its line here."""

from sqlmodel import SQLModel

from chat import desk_tables
from chat import tables as chat
from connector import tables as shops
from connector.woo import tables as woo
from connector.wordpress import tables as wordpress
from core import turns
from customers import tables as customers
from faq import exchange_tables, index_tables, question_tables
from faq import tables as faq
from invoices import tables as invoices
from outbox import tables as outbox
from staff import tables as staff

ROOMS = (
    turns,
    shops,
    woo,
    wordpress,
    outbox,
    staff,
    invoices,
    faq,
    index_tables,
    question_tables,
    exchange_tables,
    customers,
    chat,
    desk_tables,
)
METADATA = SQLModel.metadata


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Only our tables: on SQLite the jobs engine keeps its own beside them, and nobody may propose to drop those."""
    return kind != "table" or name in METADATA.tables
