"""Claims about taking articles in and giving them out: repeats, edits here, all or nothing, the way there and back."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from faq import editing, formats, publishing, queries
from faq.carried import Carried, CarriedText, Parcel, Picture, line
from faq.exchange import take_in
from faq.giving_out import give_out
from faq.schemas import ArticleForm, TextForm
from faq.tables import Article
from faq.taking import Wish, take_in_all
from tests import factories
from tests.faq import factories as articles
from tests.faq.pictures import picture as png

pytestmark = pytest.mark.database


@pytest.fixture
def shop(session):
    return factories.store(session)


def carried(key="returns", title="Returns", body="Within 14 days.", **more):
    texts = {
        "en": CarriedText(title, body, **{k: more.pop(k) for k in ("slug", "samples", "state") if k in more})
    }
    return Carried(key=key, main_locale="en", texts=texts | more.pop("texts", {}), **more)


def outcomes(session, shop, *given, **how):
    return [one.outcome for one in take_in(session, store_id=shop.id, articles=given, by="Mina", **how)]


def text_of(session, shop, key="returns", locale="en"):
    return queries.text_in(session, queries.article_from(session, shop.id, key).id, locale)


def test_the_same_articles_twice_make_no_doubles(session, shop):
    given_ones = [carried(), carried("shipping", "Shipping", related=("returns",))]
    assert outcomes(session, shop, *given_ones) == ["new", "new"]
    assert outcomes(session, shop, *given_ones) == ["unchanged", "unchanged"]
    assert len(session.exec(select(Article)).all()) == 2
    assert text_of(session, shop).version == 1


def test_what_changed_at_the_source_becomes_a_new_version(session, shop):
    outcomes(session, shop, carried())
    assert outcomes(session, shop, carried(body="Within 30 days.")) == ["changed"]
    assert (text_of(session, shop).version, text_of(session, shop).body) == (2, "Within 30 days.")


@pytest.mark.parametrize("by", ["a text", "a category"])
def test_what_was_edited_here_since_is_not_overwritten_unless_wished(session, shop, by):
    outcomes(session, shop, carried())
    text = text_of(session, shop)
    article = queries.article(session, text.article_id)
    if by == "a text":
        form = TextForm(title="Returns", body="Ours.")
        editing.save_text(session, article, locale="en", form=form, by="Jun")
    else:
        editing.save_article(session, article, ArticleForm(category="money", source="returns"))
    assert outcomes(session, shop, carried()) == ["unchanged"]
    newer = carried(body="Theirs.")
    assert outcomes(session, shop, newer) == ["conflict"]
    assert text_of(session, shop).body != "Theirs."
    assert outcomes(session, shop, newer, overwrite=True) == ["changed"]
    assert text_of(session, shop).body == "Theirs."
    assert outcomes(session, shop, newer) == ["unchanged"]


def test_publishing_or_archiving_here_is_no_edit_and_stays(session, shop):
    outcomes(session, shop, carried(state="published"), carried("b", "B"))
    publishing.withdraw(session, text_of(session, shop), archive=True)
    publishing.publish(session, text_of(session, shop, "b"))
    assert (
        outcomes(session, shop, carried(body="New.", state="published"), carried("b", "B2"))
        == ["changed"] * 2
    )
    assert text_of(session, shop).state == "archived"
    b = text_of(session, shop, "b")
    assert (b.state, b.published_version, b.version) == ("published", 1, 2)


def test_a_text_comes_in_the_state_that_its_source_names(session, shop):
    states = ["", "draft", "published", "archived"]
    outcomes(session, shop, *(carried(f"k{state}", f"T{state}", state=state) for state in states))
    found = {state: text_of(session, shop, f"k{state}").state for state in states}
    assert found == {"": "draft", "draft": "draft", "published": "published", "archived": "archived"}


def test_with_publish_drafts_are_published_and_the_archive_stays_closed(session, shop):
    both = [carried("a", "A"), carried("b", "B", state="archived")]
    outcomes(session, shop, *both)
    outcomes(session, shop, *both, publish=True)
    assert [text_of(session, shop, key).state for key in "ab"] == ["published", "archived"]


def test_nothing_half_done_stays_of_an_article_that_is_refused(session, shop):
    articles.article(session, shop, "Taken")
    bad = carried("x", texts={"ko": CarriedText("", "제목이 없습니다")})
    taken_address = carried("y", slug="taken")
    cannot_be_published = carried("z", "Z", "  ", state="published", category="fresh")
    assert outcomes(session, shop, bad, taken_address, cannot_be_published, carried()) == ["refused"] * 3 + [
        "new"
    ]
    assert sorted(one.source for one in session.exec(select(Article))) == ["", "returns"]
    assert queries.category_of(session, shop.id, "fresh") is None


def test_related_articles_are_found_also_later_in_the_list_and_unknown_ones_left_out(session, shop):
    outcomes(session, shop, carried("a", "A", related=("b", "nowhere")), carried("b", "B"))
    first, second = (queries.article_from(session, shop.id, key) for key in "ab")
    assert list(queries.related_of(session, first.id)) == [second.id]


def test_an_article_written_here_is_known_by_its_address_word(session, shop):
    articles.article(session, shop, "Where is it?", "On its way.")
    out = give_out(session, store_id=shop.id)
    assert [one.key for one in out] == ["where-is-it"]
    assert outcomes(session, shop, *out) == ["unchanged"]
    changed = replace(out[0], texts={"en": replace(out[0].main, body="Nearly there.")})
    assert outcomes(session, shop, changed) == ["changed"]
    assert len(session.exec(select(Article)).all()) == 1


def test_an_article_written_here_is_not_overwritten_by_a_strange_one_of_its_key(session, shop):
    articles.article(session, shop, "Where is it?", "On its way.")
    assert outcomes(session, shop, carried("where-is-it", "Other", "Other.")) == ["conflict"]


def test_an_export_carries_what_readers_see(session, shop):
    text = articles.article(session, shop, "Returns", "Old.")
    article = queries.article(session, text.article_id)
    editing.save_text(
        session, article, locale="en", form=TextForm(title="Returns", body="Unfinished"), by="Jun"
    )
    assert give_out(session, store_id=shop.id)[0].main.body == "Old."


def test_a_category_gets_its_name_from_the_first_import_and_keeps_what_the_shop_calls_it(session, shop):
    named = {"en": CarriedText("T", "B", category_name="Paying")}
    outcomes(session, shop, Carried("a", "en", named, category="paying"))
    row = queries.category_of(session, shop.id, "paying")
    assert row.names == {"en": "Paying"}
    row.names = {"en": "Money"}
    session.add(row)
    outcomes(session, shop, Carried("b", "en", named, category="paying"))
    assert row.names == {"en": "Money"}


@pytest.mark.parametrize(
    "bad",
    [
        carried(products=(2**31,)),
        carried(position=-(2**40)),
        carried(category="../x"),
        carried(key="k" * 301),
        carried(key=""),
        carried(title="half \ud800"),
        carried(samples=("a\0b",)),
        carried(texts={"../etc": CarriedText("T", "B")}),
        Carried("x", "ko", {"en": CarriedText("T", "B")}),
    ],
)
def test_what_no_database_can_hold_is_refused_with_a_sentence(session, shop, bad):
    taken = take_in(session, store_id=shop.id, articles=[bad], by="Mina")
    assert (taken[0].outcome, bool(str(taken[0].sentence))) == ("refused", True)


# -- there and back ------------------------------------------------------------------------------------------------


WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
SAID = WORDS.filter(lambda text: line(text) and len(line(text)) <= 200 and text.strip())
TEXTS = st.builds(
    CarriedText,
    title=SAID,
    body=WORDS | st.just("=1+1") | st.just("---\ntitle: x\n---\n") | st.just("'=x\r\n\r\n  y"),
    samples=st.lists(SAID, max_size=3).map(tuple),
    state=st.sampled_from(["draft", "archived"]),
)
ARTICLES = st.builds(
    Carried,
    key=SAID.map(line),
    main_locale=st.just("ko"),
    texts=st.fixed_dictionaries({"ko": TEXTS}, optional={"en": TEXTS}),
    kind=st.sampled_from(["faq", "guide"]),
    audience=st.sampled_from(["public", "staff"]),
    position=st.integers(-5, 99),
    products=st.lists(st.integers(1, 2**31 - 1), max_size=3, unique=True).map(tuple),
    example=st.booleans(),
)


@pytest.mark.parametrize("kind", ["folder", "csv", "json"])
@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(given_ones=st.lists(ARTICLES, min_size=1, max_size=4, unique_by=lambda one: one.key))
def test_an_export_into_an_empty_shop_gives_the_same_export(database, files, kind, given_ones):
    def export(store_id):
        with database.reading() as session:
            out = give_out(session, store_id=store_id)
        return out, formats.written(out, kind, picture=lambda _digest: None)

    with database.writing() as session:
        first, second = (int(factories.store(session).id) for _ in range(2))
        taken = take_in(session, store_id=first, articles=given_ones, by="Mina")
        assert {one.outcome for one in taken} == {"new"}
    out, (ending, content) = export(first)
    assert len(out) == len(given_ones)
    parcel = formats.read_uploads([(f"articles.{ending}", content)], first="en")
    done = take_in_all(database, parcel, Wish(second, "Jun"), files=files)
    assert [(one.outcome, str(one.sentence)) for one in done] == [("new", "")] * len(out)
    assert export(second)[1] == (ending, content)


def picture_of(content, mark="m"):
    return Picture("shot.png", mark, lambda: content)


@pytest.fixture
def store_id(database):
    with database.writing() as session:
        return int(factories.store(session).id)


def exported(database, store_id):
    with database.reading() as session:
        return give_out(session, store_id=store_id)


def test_a_picture_beside_an_article_is_kept_and_given_out_again(database, store_id, files, tmp_path):
    (tmp_path / "shot.png").write_bytes(png())
    (tmp_path / "returns.en.md").write_text("---\ntitle: Returns\n---\n![A box](shot.png)\n")
    wish = Wish(store_id, "Mina")
    for outcome in ("new", "unchanged"):
        parcel = formats.read_path(tmp_path, first="en")
        assert [one.outcome for one in take_in_all(database, parcel, wish, files=files)] == [outcome]
    out = exported(database, store_id)
    assert out[0].main.body.startswith("![A box](/help/images/")
    _ending, bundle = formats.written(out, "folder", picture=files.read)
    again = formats.read_uploads([("x.zip", bundle)], first="en")
    assert [f"/help/{name}" in out[0].main.body for name in again.articles[0].pictures] == [True]
    assert [one.outcome for one in take_in_all(database, again, wish, files=files)] == ["unchanged"]


def test_a_folder_with_pictures_gives_the_same_folder_from_an_empty_shop(database, store_id, files, tmp_path):
    (tmp_path / "shot.png").write_bytes(png())
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "one.ko.md").write_text("---\ntitle: 하나\n---\n![상자](../shot.png)\n")
    parcel = formats.read_path(tmp_path, first="ko")
    take_in_all(database, parcel, Wish(store_id, "Mina"), files=files)
    bundle = formats.written(exported(database, store_id), "folder", picture=files.read)[1]
    with database.writing() as session:
        other = int(factories.store(session).id)
    again = formats.read_uploads([("x.zip", bundle)], first="en")
    take_in_all(database, again, Wish(other, "Mina"), files=files)
    assert formats.written(exported(database, other), "folder", picture=files.read)[1] == bundle


def test_a_trial_writes_nothing(database, store_id, files):
    done = take_in_all(database, Parcel([carried()]), Wish(store_id, "Mina", dry=True), files=files)
    assert [one.outcome for one in done] == ["new"]
    assert exported(database, store_id) == []


def test_a_picture_that_is_none_refuses_its_article_alone(database, store_id, files):
    picture = Picture("shot.png", "m", lambda: b"<svg onload=alert(1)>")
    bad = carried(body="![x](shot.png)", pictures={"shot.png": picture})
    done = take_in_all(database, Parcel([bad, carried("b", "B")]), Wish(store_id, "Mina"), files=files)
    assert [one.outcome for one in done] == ["refused", "new"]
    assert "shot.png" in str(done[0].sentence)


def test_more_articles_than_one_transaction_takes_are_still_related(database, store_id, files):
    many = [carried(f"k{n}", f"T{n}", related=(f"k{n + 30}",)) for n in range(50)]
    done = take_in_all(database, Parcel(many), Wish(store_id, "Mina"), files=files)
    assert {one.outcome for one in done} == {"new"}
    out = {one.key: one.related for one in exported(database, store_id)}
    assert (out["k0"], out["k19"], out["k20"]) == (("k30",), ("k49",), ())


def test_a_key_that_comes_twice_is_taken_once(database, store_id, files):
    done = take_in_all(database, Parcel([carried(), carried(body="x")]), Wish(store_id, "Mina"), files=files)
    assert sorted(one.outcome for one in done) == ["new", "refused"]
