"""Work about people outside of the request. Every job may run twice."""

from core.database import Database
from core.security import Keys
from customers import codes, forgetting


def send_code(database: Database, *, keys: Keys, code_id: int) -> None:
    """Make a code that was asked for, and mail it where there is an order to it."""
    with database.writing() as session:
        codes.send(session, keys, code_id)


def forget_old(database: Database) -> None:
    """Every night: forget codes, proofs and browsers whose time is over."""
    with database.writing() as session:
        forgetting.forget_old(session)
