"""A process of its own that runs the jobs engine until it is killed; settings come from the environment."""

import sys
import time

from core import settings as core_settings
from core.database import Database
from core.files import Files
from core.security import Keys
from outbox.email.smtp import SmtpMailer
from tests.outbox.alone import alone
from tests.wired import wire


def main(address: str) -> None:
    """Start the engine on that database and work."""
    settings = core_settings.load()
    database = Database(address)
    wire(database)
    book = alone(database)
    services = {
        "settings": settings,
        "keys": Keys(settings.secret_key.get_secret_value()),
        "files": Files(settings.files_folder),
        "mailer": SmtpMailer(settings),
    }
    book.start(services, node=settings.node, workers=4, poll_seconds=0.02)
    while True:
        time.sleep(1)


if __name__ == "__main__":
    main(sys.argv[1])
