"""Work with a shop's WordPress outside of requests."""

from connector.wordpress.connections import WordpressSites
from core.database import Database
from core.security import Keys
from core.settings import Settings


def prove_site(database: Database, *, keys: Keys, settings: Settings, store_id: int) -> None:
    """Try the kept connection and note whether it works."""
    WordpressSites(keys, settings).ask(database, store_id)
