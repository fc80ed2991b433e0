"""The set-up checklist of Today: what is done, and where the next step is."""

from sqlmodel import Session

from connector import queries as shops
from core.languages import gettext as _
from core.settings import Settings
from invoices.document_people import missing_of
from invoices.selling import seller_of
from staff import queries as staff

Step = tuple[bool, str, str, str]


def checklist(session: Session, settings: Settings) -> list[Step]:
    """Each step as (done, title, sentence, address to go to)."""
    stores = shops.stores(session)
    mirrored = [store for store in stores if shops.is_mirrored(session, int(store.id or 0))]
    incomplete = [store.name for store in stores if missing_of(seller_of(session, store))]
    return [
        (staff.has_owner(session), _("Your account"), _("An owner can sign in."), "/settings"),
        (
            bool(stores),
            _("Connect a shop"),
            _("Run “aftercart connect” with a REST key of the shop."),
            "/settings",
        ),
        (
            bool(stores) and len(mirrored) == len(stores),
            _("Read the shop"),
            _("Orders, customers and products are read for the first time."),
            "/health",
        ),
        (
            bool(stores) and not incomplete,
            _("Say who sells"),
            _("Invoices need the seller's name and address."),
            "/settings",
        ),
        (
            bool(settings.smtp_host and settings.mail_from),
            _("Mail"),
            _("Set AFTERCART_SMTP_HOST and AFTERCART_MAIL_FROM; until then letters wait."),
            "/settings",
        ),
        (
            bool(settings.public_url),
            _("Public address"),
            _(
                "Set AFTERCART_PUBLIC_URL, so that links open everywhere and shops can tell of changes at once."
            ),
            "/settings",
        ),
    ]
