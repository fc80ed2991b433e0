"""What an owner sets for a shop's help centre."""

import re
from collections.abc import Mapping, Sequence

from pydantic import BaseModel
from sqlmodel import Session, select

from core.languages import Text
from faq.help_centres import help_centre_of
from faq.schemas import KEPT_CENTRES, LOCALE, SLUG
from faq.tables import HelpCentre
from faq.variables import SHOP

COLOUR = re.compile(r"#[0-9a-f]{6}")
LONGEST_TITLE = 100
LONGEST_FACT = 500
MOST_LOCALES = 20
# What variables read, in the order in which the form asks for it.
FACTS = tuple(SHOP)


class CentreForm(BaseModel):
    """The form as it was filled in; `problems` names what must change. Lists belong together by place."""

    slug: str = ""
    main: str = ""
    locale: list[str] = []
    another: str = ""
    title_locale: list[str] = []
    title: list[str] = []
    accent: str = ""
    open: bool = False
    weekly_letter: bool = False
    fact_name: list[str] = []
    fact: list[str] = []

    def locales(self) -> list[str]:
        """The languages, the main one first."""
        typed = self.another.replace(",", " ").split()
        return [one for one in dict.fromkeys([self.main, *self.locale, *typed]) if one]

    def titles(self) -> dict[str, str]:
        """The title in each language that has one."""
        return _paired(self.title_locale, self.title)

    def facts(self) -> dict[str, str]:
        """The facts that were filled in."""
        return {name: said for name, said in _paired(self.fact_name, self.fact).items() if name in FACTS}

    def problems(self, session: Session, store_id: int) -> dict[str, Text]:
        """The mistakes by field; none when the form can be kept."""
        found: dict[str, Text] = {}
        if not (SLUG.fullmatch(self.slug.strip()) and len(self.slug) <= LONGEST_TITLE):
            found["slug"] = Text("An address is made of letters and digits with hyphens between them.")
        elif self.slug.strip() in KEPT_CENTRES or _taken(session, store_id, self.slug.strip()):
            found["slug"] = Text("Another help centre has this address already. Please choose another one.")
        wrong = [one for one in self.locales() if not LOCALE.fullmatch(one)]
        if wrong or not self.locales() or len(self.locales()) > MOST_LOCALES:
            found["another"] = Text(
                "“%(locale)s” is no language we know; “en” or “pt-BR” would be.",
                locale=" ".join(wrong)[:20],
            )
        if any(len(title) > LONGEST_TITLE for title in self.title):
            found["title"] = Text("The title is longer than %(most)s characters.", most=LONGEST_TITLE)
        if self.accent.strip() and not COLOUR.fullmatch(self.accent.strip().lower()):
            found["accent"] = Text("Please write the colour like this: #2f6f5e.")
        if any(len(said) > LONGEST_FACT for said in self.fact):
            found["fact"] = Text("Each fact has at most %(most)s characters.", most=LONGEST_FACT)
        return found


def form_of(centre: HelpCentre) -> CentreForm:
    """The form that shows the help centre as it stands."""
    return CentreForm(
        slug=centre.slug,
        main=centre.locales[0],
        locale=list(centre.locales[1:]),
        title_locale=list(centre.title),
        title=list(centre.title.values()),
        accent=centre.accent,
        open=centre.open,
        weekly_letter=centre.weekly_letter,
        fact_name=list(FACTS),
        fact=[centre.facts.get(name, "") for name in FACTS],
    )


def save(session: Session, store_id: int, form: CentreForm) -> HelpCentre:
    """Keep a form without problems. Facts that the form does not ask for stay."""
    centre = help_centre_of(session, store_id)
    others: Mapping[str, str] = {name: said for name, said in centre.facts.items() if name not in FACTS}
    centre.slug = form.slug.strip()
    centre.locales, centre.title = form.locales(), form.titles()
    centre.accent = form.accent.strip().lower()
    centre.open, centre.weekly_letter = form.open, form.weekly_letter
    centre.facts = {**others, **form.facts()}
    session.add(centre)
    session.flush()
    return centre


def _paired(names: Sequence[str], values: Sequence[str]) -> dict[str, str]:
    pairs = zip(names, values, strict=False)
    return {name: value.strip().replace("\r\n", "\n") for name, value in pairs if value.strip()}


def _taken(session: Session, store_id: int, slug: str) -> bool:
    found = session.exec(select(HelpCentre.store_id).where(HelpCentre.slug == slug)).first()
    return found is not None and found != store_id
