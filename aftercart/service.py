"""The parts of a running Aftercart, built once from the settings and handed to whoever needs them."""

from dataclasses import dataclass
from typing import Any

import migrations
from aftercart import wiring
from connector.websites import Websites
from connector.wordpress.connections import WordpressSites
from core.database import Database
from core.errors import NotConfigured
from core.fanout import Fanout, InProcess
from core.files import Files
from core.jobs import Jobs
from core.languages import Text
from core.redis_fanout import RedisFanout
from core.security import Keys, RateLimits
from core.settings import Settings
from faq.meaning import Meaning
from faq.semantic import encoder
from invoices.renderers import Renderers
from outbox.email.smtp import SmtpMailer
from outbox.mailer import Mailer


@dataclass
class Service:
    """Everything that outlives a request."""

    settings: Settings
    database: Database
    keys: Keys
    files: Files
    limits: RateLimits
    renderer: Renderers
    mailer: Mailer
    jobs: Jobs
    websites: Websites
    fanout: Fanout
    meaning: Meaning | None = None

    def collaborators(self) -> dict[str, Any]:
        """What jobs may ask for by name."""
        return {
            "settings": self.settings,
            "keys": self.keys,
            "files": self.files,
            "limits": self.limits,
            "renderer": self.renderer,
            "mailer": self.mailer,
            "websites": self.websites,
            "fanout": self.fanout,
            "meaning": self.meaning,
        }

    def start_jobs(self) -> None:
        """Begin to run jobs in this process."""
        node = self.settings.node or ("local" if self.settings.on_sqlite else "")
        self.renderer.warm()
        self.jobs.start(
            self.collaborators(),
            node=node,
            workers=self.settings.workers,
            poll_seconds=self.settings.queue_poll_seconds,
        )

    def stop_jobs(self) -> None:
        """Let running jobs end, then end the renderer."""
        self.jobs.stop()
        self.renderer.close()

    def close(self) -> None:
        """Close what is open."""
        self.renderer.close()
        self.fanout.close()
        self.jobs.close()
        self.database.dispose()


def build(settings: Settings) -> Service:
    """Put the parts together; nothing is started and the database is not touched."""
    database = Database(settings.database_address)
    jobs = Jobs(database, wiring.JOBS, wiring.schedules(settings))
    database.attached["reactions"] = wiring.REACTIONS
    fanout: Fanout = RedisFanout(settings.redis_url) if settings.redis_url else InProcess()
    database.attached["fanout"] = fanout
    keys = Keys(settings.secret_key.get_secret_value())
    return Service(
        settings=settings,
        database=database,
        keys=keys,
        files=Files(settings.files_folder),
        limits=RateLimits(settings.redis_url),
        renderer=Renderers(
            settings.renderers,
            timeout_seconds=settings.render_timeout_seconds,
            sleep_seconds=settings.render_sleep_seconds,
        ),
        mailer=SmtpMailer(settings),
        jobs=jobs,
        websites=WordpressSites(keys, settings),
        fanout=fanout,
        meaning=encoder(),
    )


def prepare_database(service: Service) -> None:
    """Bring a SQLite database up to date; on PostgreSQL, where others may be running, only say what to do.

    Raises NotConfigured.
    """
    if service.settings.on_sqlite:
        migrations.upgrade(service.database)
    elif migrations.behind(service.database):
        raise NotConfigured(
            Text("The database is behind this release. Stop all processes, then run: aftercart migrate")
        )
