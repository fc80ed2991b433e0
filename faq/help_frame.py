"""What every page of a help centre has around its contents: names, languages, links for machines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.background import BackgroundTask
from starlette.responses import Response

from core.languages import gettext as _
from core.languages import speaking
from faq import addresses, locales, structured, theme
from faq.contact import person_of
from faq.tables import ArticleCategory
from faq.visits import Visit, answered


@dataclass(frozen=True)
class Frame:
    """One page's own part of the frame.

    `path` gives the page's path in any language of the centre. `alternates` are the paths of the languages in which
    it says the same; `canonical` the path under which machines should know it, "" for none.
    """

    title: str
    path: Callable[[str], str]
    description: str = ""
    canonical: str = ""
    alternates: Mapping[str, str] = field(default_factory=dict)
    things: Sequence[structured.Thing] = ()
    kind: str = "website"
    question: str = ""


def shown(
    visit: Visit,
    template: str,
    frame: Frame,
    *,
    status: int = 200,
    background: BackgroundTask | None = None,
    **context: Any,
) -> Response:
    """The page in the visit's language. Without a canonical path machines are asked not to keep it."""
    origin = visit.settings.address
    with speaking(locales.chrome_of(visit.locale)):
        body = visit.request.app.state.templates.get_template(f"faq/help/{template}").render(
            visit=visit,
            centre=visit.centre,
            shop=visit.store,
            locale=visit.locale,
            page_language=locales.page_language(visit.locale),
            to=addresses,
            named=locales.name_of,
            direction=locales.direction_of,
            frame=frame,
            origin=origin,
            canonical=origin + frame.canonical if frame.canonical else "",
            alternates={locale: origin + path for locale, path in frame.alternates.items()},
            blocks=[structured.block(thing) for thing in frame.things],
            languages=[one for one in visit.centre.locales if one != visit.locale],
            theme=theme_path(visit),
            tint=theme.tint(visit.centre.accent),
            person=person_of(visit.centre, visit.store),
            **context,
        )
    return answered(visit, body, status=status, background=background)


def theme_path(visit: Visit) -> str:
    """The stylesheet of the shop's colour."""
    home = addresses.home_path(visit.centre, "theme.css").rstrip("/")
    return f"{home}?v={theme.version_of(visit.centre.accent)}"


def title_of(visit: Visit) -> str:
    """The help centre's own title in this language; "" when it has none."""
    return visit.centre.title.get(visit.locale, "").strip()


def category_name(visit: Visit, category: ArticleCategory | None) -> str:
    """The category's name in this language or the next best one; without a name, its address word."""
    if category is None:
        return _("More articles")
    names = category.names
    for locale in (visit.locale, *visit.centre.locales):
        if names.get(locale, "").strip():
            return str(names[locale]).strip()
    return category.slug.replace("-", " ").capitalize()


def every_language(visit: Visit, path: Callable[[str], str]) -> Mapping[str, str]:
    """The page's paths in all languages of the centre."""
    return {locale: path(locale) for locale in visit.centre.locales}
