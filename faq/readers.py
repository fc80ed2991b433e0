"""Who reads: staff by the cookie of their session, customers by their shop's word (`connector/shopper_tokens.py`), and everybody else."""

from fastapi import Request
from sqlmodel import Session

from connector.shopper_tokens import vouched
from connector.tables import Store
from core.security import Keys
from core.web import SESSION_COOKIE, Identify
from faq.schemas import Reader


def reader_of(request: Request, session: Session, store: Store) -> Reader:
    """The reader of that shop's articles. Whatever proves nothing makes an ordinary visitor, never an error."""
    store_id = int(store.id or 0)
    if _is_staff(request, session):
        return Reader(store_id, "staff")
    if _is_customer(request, session, store):
        return Reader(store_id, "customers")
    return Reader(store_id)


def is_anybody(request: Request, reader: Reader) -> bool:
    """Whether others may be shown the same answer; one to a request that brought a proof, even a bad one, never is."""
    return reader.audience == "public" and "authorization" not in request.headers


def _is_staff(request: Request, session: Session) -> bool:
    cookie = request.cookies.get(SESSION_COOKIE, "")
    identify: Identify = request.app.state.identify
    return bool(cookie) and identify(session, cookie) is not None


def _is_customer(request: Request, session: Session, store: Store) -> bool:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        return False
    keys: Keys = request.app.state.keys
    return vouched(session, keys, store, token.strip()) is not None
