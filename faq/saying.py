"""What all pages of articles say alike: languages by their names, problems at their fields, what was done."""

from core import languages
from core.errors import AftercartError
from core.languages import Text
from faq.errors import NotReady
from faq.locale_names import language_name

# What may be said above a page after a step; the templates know the sentences.
SAID = ("saved", "published", "draft", "archived", "restored", "created", "up-to-date")


def named(locale: str) -> str:
    """The language's name in the language of the page."""
    return language_name(locale, languages.current())


def problems_of(problem: AftercartError) -> dict[str, Text | str]:
    """The problem at the fields that it names; at the text when it cannot be published."""
    fields = problem.details.get("fields")
    names = fields if isinstance(fields, list) else ["body"] if isinstance(problem, NotReady) else []
    return dict.fromkeys(map(str, names), problem.sentence)


def said_of(said: str) -> str:
    """What the address asks to be said, if it is one of ours."""
    return said if said in SAID else ""
