"""Claims about variables: live values, one source for every place, and nothing published without its value."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connector import actions
from connector.schemas import Product
from core import clock
from faq import editing, help_centres, markdown, publishing, queries, variables
from faq.errors import BadArticle, NotReady
from faq.schemas import TextForm
from tests import factories

from .factories import article

pytestmark = pytest.mark.database

TEA = Product(
    remote_id=45,
    parent_remote_id=0,
    name="한복 저고리",
    kind="variable",
    status="publish",
    sku="",
    price="80000",
    stock_status="instock",
    stock_quantity="",
    link="https://shop.example/hanbok?a=1&b=_c_",
    image="",
    modified_at=datetime(2026, 11, 1, tzinfo=UTC),
    attributes={"색상": ("빨강",), "사이즈": ("S", "M", "L & XL")},
)


def variation(number, size, price, state="instock"):
    return replace(
        TEA,
        remote_id=number,
        parent_remote_id=45,
        name=f"빨강, {size}",
        price=price,
        stock_status=state,
        attributes={"색상": ("빨강",), "사이즈": (size,)},
        link=f"https://shop.example/hanbok?size={number}",
    )


SIZES = [
    variation(46, "S", "80000"),
    variation(47, "M", "85000", "outofstock"),
    variation(48, "L & XL", "105000"),
]


@pytest.fixture
def shop(session):
    shop = factories.store(session)
    centre = help_centres.help_centre_of(session, shop.id)
    centre.facts = {"return_address": "서울 세종대로 110\n3층", "support_hours": "09:00–18:00"}
    session.add(centre)
    mirror(session, shop, TEA, *SIZES)
    return shop


def mirror(session, shop, *goods):
    actions.mirror_products(session, shop, goods, now=clock.now())


def type_fact(session, shop, **facts):
    centre = queries.help_centre(session, shop.id)
    centre.facts = {**centre.facts, **facts}
    session.add(centre)
    session.flush()


def said(session, shop, body, locale="ko"):
    return markdown.plain(variables.filled(session, shop, body, locale).text)


@pytest.mark.parametrize(
    ("variable", "korean", "english"),
    [
        ("shop.name", "다온찻집", "다온찻집"),
        ("shop.address", "(04524) 서울 세종대로 110", "세종대로 110, 04524 서울, South Korea"),
        ("shop.return_address", "서울 세종대로 110 3층", "서울 세종대로 110 3층"),
        ("Shop.Support_Hours", "09:00–18:00", "09:00–18:00"),
        ("product.45.name", "한복 저고리", "한복 저고리"),
        ("product.47.name", "한복 저고리 – 빨강, M", "한복 저고리 – 빨강, M"),
        ("product.45.price", "₩80,000 ~ ₩105,000", "₩80,000 – ₩105,000"),
        ("product.46.price", "₩80,000", "₩80,000"),
        ("product.45.stock", "재고 있음", "in stock"),
        ("product.47.stock", "품절", "sold out"),
        ("product.45.sizes", "S, M(품절), L & XL", "S, M (sold out), L & XL"),
        ("product.48.sizes", "L & XL", "L & XL"),
        ("product.45.link", TEA.link, TEA.link),
    ],
)
def test_a_variable_prints_what_the_shop_says_now_in_the_readers_language(
    session, shop, variable, korean, english
):
    body = f"a {{{{ {variable} }}}} b {{{{{variable}}}}}"
    assert said(session, shop, body) == f"a {korean} b {korean}"
    assert said(session, shop, body, "en") == f"a {english} b {english}"


@pytest.mark.parametrize(
    ("state", "quantity", "words", "korean"),
    [
        ("instock", "", "in stock", "재고 있음"),
        ("instock", "3", "3 left", "3개 남음"),
        ("instock", "1.0", "1 left", "1개 남음"),
        ("instock", "426", "in stock", "재고 있음"),
        ("instock", "many", "in stock", "재고 있음"),
        ("outofstock", "0", "sold out", "품절"),
        ("onbackorder", "-2", "can be ordered in advance", "예약 주문 가능"),
    ],
)
def test_stock_is_told_in_words(session, shop, state, quantity, words, korean):
    mirror(
        session, shop, replace(TEA, remote_id=7, kind="simple", stock_status=state, stock_quantity=quantity)
    )
    assert said(session, shop, "{{ product.7.stock }}", "en") == words
    assert said(session, shop, "{{ product.7.stock }}", "ko") == korean


def test_prices_are_money_of_the_shop(session):
    shop = factories.store(session, currency="EUR", locale="de_DE")
    mirror(session, shop, replace(TEA, remote_id=7, price="1234.5"), replace(TEA, remote_id=8, price="free"))
    assert said(session, shop, "{{ product.7.price }}", "en") == "€1,234.50"
    assert said(session, shop, "{{ product.7.price }}", "de") == "1.234,50 €"
    assert said(session, shop, "{{ product.7.price }}", "xx") == "€1,234.50"
    assert said(session, shop, "{{ product.8.price }}", "en") == "—"


def test_an_amount_that_an_owner_typed_is_money_and_words_stay_words(session, shop):
    type_fact(session, shop, free_shipping_from="50,000")
    assert said(session, shop, "{{ shop.free_shipping_from }}") == "₩50,000"
    type_fact(session, shop, free_shipping_from="두 개")
    assert said(session, shop, "{{ shop.free_shipping_from }}") == "두 개"


def test_a_fact_typed_for_one_language_serves_that_language_alone(session, shop):
    type_fact(session, shop, **{"support_hours.en": "9 am to 6 pm"})
    assert said(session, shop, "{{ shop.support_hours }}", "en") == "9 am to 6 pm"
    assert said(session, shop, "{{ shop.support_hours }}", "ko") == "09:00–18:00"


def test_what_an_owner_typed_goes_before_what_the_shop_tells(session, shop):
    type_fact(session, shop, address="부산", email="help@shop.example")
    assert said(session, shop, "{{ shop.address }} {{ shop.email }}") == "부산 help@shop.example"


def test_one_edit_of_a_fact_changes_every_place(session, shop):
    bodies = [
        "Send it to {{ shop.return_address }}.",
        "## {{ shop.return_address }}",
        "|a|\n|-|\n|{{shop.return_address}}|",
    ]
    texts = [article(session, shop, f"A{number}", body) for number, body in enumerate(bodies)]
    type_fact(session, shop, return_address="부산 해운대로 1")
    for text in texts:
        assert "부산 해운대로 1" in said(session, shop, text.body)


def test_a_change_in_the_shop_changes_the_text(session, shop):
    mirror(session, shop, replace(TEA, remote_id=7, price="1000"))
    assert said(session, shop, "{{ product.7.price }}") == "₩1,000"
    mirror(session, shop, replace(TEA, remote_id=7, price="1200", modified_at=clock.now()))
    assert said(session, shop, "{{ product.7.price }}") == "₩1,200"


@pytest.mark.parametrize(
    "value",
    [
        "<script>alert(1)</script>",
        "[x](https://evil.example)",
        "**x** | y",
        "# x",
        '=HYPERLINK("x")',
        "`x` \\",
        "a\n\n# b",
    ],
)
def test_nothing_in_a_value_becomes_markup(session, shop, value):
    type_fact(session, shop, carrier=value)
    shown = variables.filled(session, shop, "{{ shop.carrier }}\n\n`{{ shop.carrier }}`", "en").text
    html = markdown.html(shown)
    assert html.count("<") == 6, html
    line = " ".join(value.split())
    assert markdown.plain(shown) == f"{line}\n{line}"


def test_a_link_of_a_product_leads_there_and_only_the_web_is_led_to(session, shop):
    body = "[사기]({{ product.45.link }})"
    shown = markdown.html(variables.filled(session, shop, body, "ko").text)
    assert 'href="https://shop.example/hanbok?a=1&amp;b=_c_"' in shown
    mirror(session, shop, replace(TEA, remote_id=7, link="javascript:alert(1)"))
    assert said(session, shop, "{{ product.7.link }}") == "—"


@pytest.mark.parametrize(
    ("body", "name", "where"),
    [
        ("{{ shop.nmae }}", "shop.nmae", "list beside the text"),
        ("{{ 상점.이름 }}", "상점.이름", "list beside the text"),
        ("{{ product.45.colour }}", "product.45.colour", "list beside the text"),
        ("{{ product.0.price }}", "product.0.price", "list beside the text"),
        ("{{ shop.return_days }}", "shop.return_days", "settings of the help centre"),
        ("{{ shop.phone }}", "shop.phone", "settings of the help centre"),
        ("{{ product.99.price }}", "product.99.price", "product's number"),
        ("`{{ product.999999999999999999.price }}`", "product.999999999999999999.price", "product's number"),
    ],
)
def test_a_variable_without_a_value_blocks_publishing_and_says_where_to_fill_it_in(
    session, shop, body, name, where
):
    draft = article(session, shop, body=f"A {body} and {{{{ shop.name }}}}", published=False)
    with pytest.raises(NotReady, match=where) as refused:
        publishing.publish(session, draft)
    assert refused.value.details["names"] == [name]
    assert name in str(refused.value)
    assert draft.state == "draft"


def test_a_title_holds_no_variables(session, shop):
    with pytest.raises(NotReady, match="title"):
        article(session, shop, "About {{ shop.name }}")


def test_a_text_that_cannot_be_shown_is_not_published(session, shop):
    with pytest.raises(BadArticle):
        article(session, shop, body="> " * 90_000 + "a")
    with pytest.raises(BadArticle, match="variables"):
        article(session, shop, body="{{ shop.name }} " * 501)


@pytest.mark.parametrize("state", ["draft", "private", "trash"])
def test_a_product_that_visitors_cannot_see_is_not_told(session, shop, state):
    mirror(session, shop, replace(TEA, remote_id=7, status=state))
    assert variables.filled(session, shop, "{{ product.7.price }}", "en").unfilled == ("product.7.price",)


def test_another_shops_product_is_not_told(session, shop):
    other = factories.store(session)
    assert variables.filled(session, other, "{{ product.45.price }}", "en").unfilled == ("product.45.price",)


def test_a_value_that_vanished_is_a_dash_to_readers_and_listed_for_staff(session, shop):
    body = "{{ product.45.price }}, {{ shop.return_address }}"
    text = article(session, shop, body=body)
    assert variables.unfilled_texts(session, shop.id) == []
    actions.remove_products(session, shop, [45], now=clock.now())
    assert said(session, shop, body) == "—, 서울 세종대로 110 3층"
    assert variables.unfilled_texts(session, shop.id) == [(text, ("product.45.price",))]


def test_only_what_readers_see_is_listed_for_staff(session, shop):
    text = article(session, shop, body="plain")
    parent = queries.article(session, text.article_id)
    form = TextForm(title="T", body="{{ shop.nothing }}")
    editing.save_text(session, parent, locale="en", form=form, by="Jun")
    assert variables.unfilled_texts(session, shop.id) == []


def test_for_the_index_a_missing_value_is_left_out(session, shop):
    assert variables.filled(session, shop, "a {{ shop.phone }}b", "en", missing="").text == "a b"


def test_every_variable_that_is_listed_is_known_and_described():
    listed = variables.names()
    assert len({one.name for one in listed}) == len(listed) == 17
    assert all(str(one.description) for one in listed)
    assert {one.fact for one in listed if one.fact} >= {"return_address", "support_hours", "carrier"}
