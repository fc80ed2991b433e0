"""Every room that has tables; a new room with tables adds its line here."""

import importlib
from importlib.util import find_spec

from sqlmodel import SQLModel

for _name in (
    "core.turns",
    "connector.tables",
    "connector.woo.tables",
    "outbox.tables",
    "staff.tables",
    "invoices.tables",
):
    if find_spec(_name) is not None:
        importlib.import_module(_name)

METADATA = SQLModel.metadata
