"""Claims about tables of articles (CSV) and about JSON files of them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq import json_format, table_format
from faq.errors import BadParcel


def read(text, first="en"):
    return table_format.read(text.encode() if isinstance(text, str) else text, "a.csv", first=first)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_commas_semicolons_and_a_byte_order_mark_are_understood(mark, sign):
    text = mark + 'key,locale,title,body,samples\nreturns,ko,반품,14일,"반품 방법\n환불"\n'
    found = read(text.replace(",", sign)).articles[0]
    assert (found.main_locale, found.main.title, found.main.samples) == ("ko", "반품", ("반품 방법", "환불"))


def test_rows_of_one_key_are_the_languages_of_one_article():
    parcel = read("key,locale,main,title,body,kind\na,en,,Returns,x,\na,ko,true,반품,y,guide\n")
    assert [(one.main_locale, sorted(one.texts), one.kind) for one in parcel.articles] == [
        ("ko", ["en", "ko"], "guide")
    ]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_cell_begins_like_a_formula_and_every_cell_comes_back(text):
    guarded = table_format.guarded_cell(text)
    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert table_format._unguarded(guarded) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('key,title,body\na,T,"never ends\nb,T,x\n', "line 2"),
        ("key,title\na,T\n", "columns are"),
        ("key,title,body,colour\na,T,x,red\n", "“colour” is none of them"),
        ("key,key,title,body\na,a,T,x\n", "may stand there once"),
        ("just words", "line 1"),
        ("", "line 1"),
        ("제목,본문\n".encode("cp949"), "line 1: this is not UTF-8"),
        ("key,title,body\na,T,x\n".encode("utf-16"), "UTF-16"),
        (b"key,title,body\na,T,x\0\n", "line 2"),
        ("key,title,body\n" + "a,T,x\n" * 100_000, "more than 50000 rows"),
        ("key,title,body\na,T," + "x" * 1_100_000, "line 2"),
    ],
)
def test_what_is_no_table_of_articles_is_refused_by_file_and_line(text, words):
    with pytest.raises(BadParcel, match="a.csv") as refused:
        read(text)
    assert words in str(refused.value)


def test_a_bad_row_refuses_its_article_alone_and_names_its_line():
    parcel = read(
        'key,locale,title,body\na,en,"Two\nlines",x\nb,en,,x\nb,ko,제목,y\n,en,T,x\nc,en,T,x,more\nd,en,T,x\n'
    )
    assert [one.key for one in parcel.articles] == ["a", "d"]
    said = [str(one.sentence) for one in parcel.refused]
    assert [
        line in sentence for line, sentence in zip(("line 4", "line 6", "line 7"), said, strict=True)
    ] == [True] * 3


# -- JSON ----------------------------------------------------------------------------------------------------------


def told(*articles, **changes):
    whole = {"format": "aftercart-articles", "version": 1, "articles": list(articles)} | changes
    return json_format.read(json.dumps(whole).encode(), "a.json", first="en")


def article(**changes):
    return {"key": "a", "main": "en", "texts": {"en": {"title": "T", "body": "x"}}} | changes


def test_a_json_article_is_understood():
    found = told(article(kind="guide", products=[3], example=True, related=["b"])).articles[0]
    assert (found.kind, found.products, found.example, found.related) == ("guide", (3,), True, ("b",))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"format": "aftercart-articles",\n "version": 1,\n oops}', "line 3"),
        (b"[]", "no file of articles"),
        (b"[" * 200_000, "no file of articles"),
        (b'{"format": "aftercart-articles", "version": 9' + b"9" * 5000 + b"}", "no file of articles"),
        (b'{"format": "aftercart-articles", "version": 2, "articles": []}', "version 2"),
        (b'{"format": "aftercart-articles", "version": 1, "articles": {}}', "a list"),
        ("{}".encode("utf-16"), "UTF-16"),
    ],
)
def test_what_is_no_file_of_articles_is_refused(content, words):
    with pytest.raises(BadParcel, match="a.json") as refused:
        json_format.read(content, "a.json", first="en")
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "bad",
    [
        "text",
        article(texts={}),
        article(texts={"en": "x"}),
        article(texts={"en": {"title": ["x"], "body": "x"}}),
        article(texts={"en": {"title": "T", "body": "x", "samples": [["x"]]}}),
        article(main="ko"),
        article(kind="poem"),
        article(colour="red"),
        article(products=[True]),
        article(position=1e300),
    ],
)
def test_a_bad_json_article_is_refused_alone_by_its_place(bad):
    parcel = told(article(), bad)
    assert len(parcel.articles) == 1
    assert "a.json: articles[1]" in str(parcel.refused[0].sentence)
