"""Where the help centre's pages are. Paths are ready for a link: names in any letters are percent-encoded."""

from urllib.parse import quote, urlencode

from core.settings import Settings
from faq.tables import HelpCentre

# The list of articles without a category; a hyphen alone is no category's address word.
NO_CATEGORY = "-"


def home_path(centre: HelpCentre, locale: str) -> str:
    """The first page in that language."""
    return f"/help/{quote(centre.slug, safe='')}/{locale}/"


def article_path(centre: HelpCentre, locale: str, slug: str, *, question: str = "", anchor: str = "") -> str:
    """An article; with the question that led to it, and the heading to jump to."""
    asked = f"?{urlencode({'q': question})}" if question else ""
    place = f"#{quote(anchor, safe='')}" if anchor else ""
    return f"{home_path(centre, locale)}{quote(slug, safe='')}{asked}{place}"


def category_path(centre: HelpCentre, locale: str, slug: str) -> str:
    """The articles of a category; of none with NO_CATEGORY."""
    return f"{home_path(centre, locale)}category/{quote(slug, safe='')}"


def search_path(centre: HelpCentre, locale: str, question: str = "") -> str:
    """The results for a question, or the bare search page."""
    return f"{home_path(centre, locale)}search" + (f"?{urlencode({'q': question})}" if question else "")


def api_path(centre: HelpCentre, name: str) -> str:
    """A question of programs, such as "suggest"."""
    return f"/api/help/{quote(centre.slug, safe='')}/{name}"


def help_address(settings: Settings, centre: HelpCentre, locale: str, slug: str = "") -> str:
    """The full address of an article, or of the help centre itself, in that language."""
    path = article_path(centre, locale, slug) if slug else home_path(centre, locale)
    return settings.address + path
