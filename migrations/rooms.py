"""Every file with tables; a room that gets its first ones adds its line here."""

from sqlmodel import SQLModel

from connector import tables as shops
from connector.woo import tables as woo
from core import turns
from invoices import tables as invoices
from outbox import tables as outbox
from staff import tables as staff

ROOMS = (turns, shops, woo, outbox, staff, invoices)
METADATA = SQLModel.metadata
