"""Claims about the starter set: sixty texts that fit together, and that come into a shop once, as drafts."""

import json
import re
import tomllib
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

import frontmatter
import pytest
from sqlmodel import select

from faq import editing, markdown, publishing, queries, starter
from faq.errors import NotReady
from faq.help_centres import help_centre_of
from faq.index_tables import SearchUnit
from faq.schemas import ArticleForm, TextForm
from faq.slugs import slug_of
from faq.tables import Article, ArticleCategory, ArticleText
from tests import factories

TOP = Path(__file__).parent.parent.parent
FILES = sorted(starter.FOLDER.glob("*.md"))
LOCALES = ("en", "ko")
SHARED = {"kind", "policy", "category", "audience", "position", "state", "example", "related"}
OWN = {"title", "slug", "samples"}
VARIABLES = {
    "shop.name", "shop.email", "shop.phone", "shop.address", "shop.site", "shop.return_address",
    "shop.return_days", "shop.carrier", "shop.shipping_days", "shop.free_shipping_from", "shop.support_hours",
}  # fmt: skip
HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
ENGLISH_SENTENCE = re.compile(r"(?:\b[A-Za-z']+\b[ ,]*){5,}")
# Particles that change with the last letter before them, which nobody knows of a variable.
PARTICLE = re.compile(r"\}\}(?:은|는|이|가|을|를|와|과|로|으로|예요|이에요)(?![가-힣])")
INFORMAL = re.compile(r"[가-힣](?:니다|십시오|한다|이다|된다)[.?]")


def post(path: Path) -> frontmatter.Post:
    return frontmatter.loads(path.read_text("utf-8"))


def texts(locale: str) -> list[TextForm]:
    return [example.texts[locale] for example in starter.examples()]


@pytest.fixture
def shop(session):
    return factories.store(session)


@pytest.fixture
def install(session, shop):
    return lambda: starter.install(session, store_id=shop.id, by="Mina")


# -- the files ---------------------------------------------------------------------------------------------------


def test_there_are_thirty_articles_in_both_languages_and_of_every_kind():
    found = starter.examples()
    assert len(found) == 30
    assert all(set(example.texts) == set(LOCALES) for example in found)
    kinds = Counter(example.form.kind for example in found)
    assert kinds == {"faq": 20, "guide": 4, "tutorial": 3, "policy": 3}
    assert Counter(example.form.policy for example in found if example.form.policy) == {
        "returns": 1,
        "shipping": 1,
        "privacy": 1,
    }
    assert [example.key for example in found if example.form.audience == "staff"] == [
        "staff-unhappy-customers"
    ]


@pytest.mark.parametrize("key", [example.key for example in starter.examples()])
def test_both_languages_of_an_article_say_the_same_about_it(key):
    english, korean = (post(starter.FOLDER / f"{key}.{locale}.md").metadata for locale in LOCALES)
    assert english.pop("main") is True and "main" not in korean
    assert {name: english[name] for name in english if name in SHARED} == {
        name: korean[name] for name in korean if name in SHARED
    }
    assert english.keys() == korean.keys() == OWN | SHARED - ({"policy"} - english.keys())
    assert (english["state"], english["example"]) == ("draft", True)
    assert ("policy" in english) == (english["kind"] == "policy")


def test_every_category_is_named_in_both_languages_and_has_articles_in_an_order():
    places = Counter((example.form.category, example.form.position) for example in starter.examples())
    assert set(places.values()) == {1}
    assert {category for category, _ in places} == {one.slug for one in starter.categories()}
    assert all(set(one.names) == set(LOCALES) and all(one.names.values()) for one in starter.categories())


def test_every_related_article_is_another_one_of_the_set():
    keys = {example.key for example in starter.examples()}
    for example in starter.examples():
        assert 2 <= len(example.related) <= 4, example.key
        assert set(example.related) <= keys - {example.key}, example.key


def test_no_shopper_is_led_to_an_article_for_staff():
    staff = {example.key for example in starter.examples() if example.form.audience == "staff"}
    public = [example for example in starter.examples() if example.form.audience == "public"]
    assert not [example.key for example in public if staff & set(example.related)]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_can_be_kept_as_it_is_and_has_an_address_of_its_own(locale):
    for text in texts(locale):
        assert text.problems() == {}, text.title
        assert 4 <= len(text.title) <= 60
        assert 2 <= len(text.slug) <= 50
        assert slug_of(text.slug) == text.slug
    assert len({text.slug for text in texts(locale)}) == len({text.title for text in texts(locale)}) == 30


@pytest.mark.parametrize("locale", LOCALES)
def test_no_two_articles_of_a_language_claim_the_same_question(locale):
    asked = [question for text in texts(locale) for question in (*text.samples, text.title)]
    alike = Counter(re.sub(r"[\W_]+", "", question).lower() for question in asked)
    assert [question for question, times in alike.items() if times > 1] == []
    assert all(3 <= len(text.samples) <= 6 and all(text.samples) for text in texts(locale))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_text_holds_only_what_differs_between_shops_as_variables(path):
    content = path.read_text("utf-8")
    named = set(re.findall(r"\{\{ ([\w.]+) \}\}", content))
    assert named <= VARIABLES
    assert len(re.findall(r"\{\{ [\w.]+ \}\}", content)) == content.count("{{") == content.count("}}")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_text_has_a_length_that_people_read(path):
    assert 60 <= len(post(path).content.split()) <= 350


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_text_speaks_one_language(path):
    content = path.read_text("utf-8")
    if path.stem.endswith(".en"):
        assert HANGUL.findall(content) == []
    else:
        assert ENGLISH_SENTENCE.findall(post(path).content) == []
        assert HANGUL.search(post(path).metadata["title"])
        assert INFORMAL.findall(content) == []
        assert PARTICLE.findall(content) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_mark_of_a_text_becomes_what_it_means(path):
    body = post(path).content
    shown = markdown.plain(body)
    assert "*" not in shown
    assert "---" not in shown
    assert "##" not in shown
    assert markdown.html(body).count("<blockquote>") == body.count(publishing.OWNERS_NOTE)
    assert markdown.html(body).count("<table>") == len(re.findall(r"(?m)^\| ---", body))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_note_to_the_owner_is_a_paragraph_of_its_own_that_can_be_taken_out(path):
    body = post(path).content
    notes = [line for line in body.splitlines() if "✎" in line]
    assert all(line.startswith(publishing.OWNERS_NOTE) for line in notes)
    left = starter.without_notes(body)
    assert "✎" not in left
    assert re.sub(r"\s+", "", left) == re.sub(r"\s+", "", re.sub(r"(?m)^> ✎.*$", "", body))
    assert left.strip() == left


@pytest.mark.parametrize("locale", LOCALES)
def test_a_policy_says_in_its_first_line_that_it_is_an_example_to_be_checked(locale):
    said = {"en": ("example", "no legal advice", "checked"), "ko": ("예시", "법률 자문이 아니", "확인")}[
        locale
    ]
    for example in starter.examples():
        if example.form.kind == "policy":
            first = example.texts[locale].body.splitlines()[0]
            assert first.startswith(publishing.OWNERS_NOTE)
            assert all(word in first for word in said)


def test_the_set_travels_with_the_package():
    patterns = tomllib.loads((TOP / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["*"]
    for path in starter.FOLDER.iterdir():
        name = str(path.relative_to(TOP))
        assert any(fnmatch(name, pattern) for pattern in patterns), name


# -- taken in ----------------------------------------------------------------------------------------------------


@pytest.mark.database
def test_a_shop_gets_thirty_drafts_in_two_languages_once(session, shop, install):
    assert install() == 30
    assert install() == 0
    articles = session.exec(select(Article).where(Article.store_id == shop.id)).all()
    found = session.exec(select(ArticleText).where(ArticleText.store_id == shop.id)).all()
    assert (len(articles), len(found)) == (30, 60)
    assert all(article.example and article.source.startswith("starter:") for article in articles)
    assert {text.state for text in found} == {"draft"}
    assert {(text.version, text.published_version, text.saved_by) for text in found} == {(1, 0, "Mina")}
    assert session.exec(select(SearchUnit)).first() is None
    assert queries.help_centre(session, shop.id).starter_at is not None


@pytest.mark.database
def test_translations_questions_and_relatives_come_along(session, shop, install):
    install()
    example = next(one for one in starter.examples() if one.key == "return-an-item")
    article = queries.article_from(session, shop.id, example.source)
    english, korean = (queries.text_in(session, article.id, locale) for locale in LOCALES)
    assert (article.kind, article.position, article.main_locale) == ("tutorial", 1, "en")
    assert tuple(korean.samples) == example.texts["ko"].samples
    assert not queries.is_outdated(english, korean)
    related = [queries.article(session, number).source for number in queries.related_of(session, article.id)]
    assert related == [f"starter:{key}" for key in example.related]


@pytest.mark.database
def test_categories_come_with_both_names_and_keep_the_one_that_the_owner_gave(session, shop, install):
    mine = ArticleCategory(store_id=shop.id, slug="shipping", names={"en": "Delivery"}, position=9)
    session.add(mine)
    install()
    found = {one.slug: one for one in queries.categories(session, shop.id)}
    assert len(found) == 6
    assert (found["shipping"].names, found["shipping"].position) == ({"en": "Delivery", "ko": "배송"}, 9)
    told = json.loads((starter.FOLDER / "categories.json").read_text("utf-8"))
    assert all(found[row["slug"]].names == row["names"] for row in told if row["slug"] != "shipping")


@pytest.mark.database
def test_a_repeat_leaves_what_the_owner_wrote_and_brings_back_what_is_missing(session, shop, install):
    install()
    article = queries.article_from(session, shop.id, "starter:contact-us")
    mine = TextForm(title="Call us", body="We are there.")
    editing.save_text(session, article, locale="en", form=mine, by="Jun")
    editing.save_article(session, article, ArticleForm(kind="guide", source=article.source, position=7))
    editing.delete_article(session, queries.article_from(session, shop.id, "starter:size-guide"))
    assert install() == 1
    text = queries.text_in(session, article.id, "en")
    assert (text.title, text.body, text.version, article.kind) == ("Call us", "We are there.", 2, "guide")
    back = queries.article_from(session, shop.id, "starter:size-guide")
    assert len(queries.related_of(session, back.id)) == 3


@pytest.mark.database
def test_an_article_of_the_shop_keeps_its_address(session, shop, install):
    form = TextForm(title="Our returns", body="As ever.", slug="returns-policy")
    mine = editing.create(session, shop.id, locale="en", form=ArticleForm(), text=form, by="Jun")
    install()
    article = queries.article_from(session, shop.id, "starter:return-policy")
    assert (mine.slug, queries.text_in(session, article.id, "en").slug) == (
        "returns-policy",
        "returns-policy-2",
    )


@pytest.mark.database
def test_two_shops_each_get_their_own(session, install):
    other = factories.store(session)
    assert (install(), starter.install(session, store_id=other.id, by="Jun")) == (30, 30)


@pytest.mark.database
def test_an_installed_text_can_be_published_once_the_facts_are_known(session, shop, install):
    install()
    article = queries.article_from(session, shop.id, "starter:shipping-costs")
    text = queries.text_in(session, article.id, "ko")
    help_centre_of(session, shop.id).facts = {name.removeprefix("shop."): "3" for name in VARIABLES}
    session.flush()
    with pytest.raises(NotReady):  # A note to the owner stands in it still.
        publishing.publish(session, text)
    editing.save_text(
        session,
        article,
        locale="ko",
        form=TextForm(title=text.title, body=starter.without_notes(text.body)),
        by="mina",
    )
    publishing.publish(session, text)
    assert (text.state, text.published_version) == ("published", 2)
