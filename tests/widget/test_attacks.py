"""Texts that attack, in every place where somebody can write one: nothing of them runs, on the loosest page of all."""

import json

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from chat import actions as chat
from chat.schemas import BOT, NewEvent
from chat.tables import Conversation
from staff.tables import StaffMember

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CORPUS = [
    "<script>window.hit = 1</script>",
    "<img src=x onerror='window.hit = 1'>",
    "<svg onload=window.hit=1><a xlink:href='javascript:window.hit=1'><text>x</text></a></svg>",
    "\"'><iframe srcdoc='<script>parent.hit = 1</script>'></iframe>",
    'javascript:window.hit=1 https://x.example/"onmouseover="window.hit=1',
    "[x](javascript:window.hit=1) <a href='data:text/html,<script>1</script>'>y</a>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.hit=1>",
    "<template><img src=x onerror=window.hit=1></template>{{constructor.constructor('window.hit=1')()}}",
    "\u202e<b style=position:fixed;inset:0>over everything</b><style>*{display:none}</style>",
]


def unharmed(visitor) -> None:
    visitor.page.wait_for_timeout(200)
    assert visitor.page.evaluate("window.hit") is None
    inside = "() => [...document.querySelector('aftercart-chat').shadowRoot.querySelectorAll('dialog *')]"
    assert (
        visitor.page.evaluate(
            f"({inside})().filter((one) => /^(script|style|iframe|object|embed|template)$/.test(one.localName)).length"
        )
        == 0
    )
    assert (
        visitor.page.evaluate(
            f"({inside})().flatMap((one) => one.getAttributeNames()).filter((name) => name.startsWith('on'))"
        )
        == []
    )
    links = visitor.page.evaluate(
        f"({inside})().filter((one) => one.href && one.localName === 'a').map((one) => one.href.baseVal ?? one.href)"
    )
    assert all(not link or link.startswith(("http://", "https://", "mailto:", "tel:")) for link in links)


def test_messages_of_everybody_are_only_texts(visit, shop):
    visitor = visit().come("/loose")
    visitor.open()
    visitor.ask(CORPUS[0])
    expect(visitor.panel.locator(".row.mine")).to_contain_text(CORPUS[0])
    for attack in CORPUS[1:]:
        visitor.say(attack)
        expect(visitor.panel.locator(".row.mine").last).to_contain_text(attack.strip()[:20])
    with shop.writing() as session:
        talk = session.exec(select(Conversation).order_by(Conversation.id.desc())).first()
        turns = [
            NewEvent(
                "message",
                BOT,
                attack,
                data={
                    "article": {"title": attack, "address": "javascript:window.hit=1"},
                    "choices": [{"title": attack, "question": "?"}],
                    "links": [{"title": attack, "address": "javascript:window.hit=1"}],
                    "order": {
                        "number": attack,
                        "items": [attack],
                        "parcels": [{"carrier": attack, "number": "1", "address": "data:text/html,x"}],
                    },
                    "buttons": ["person"],
                },
            )
            for attack in CORPUS
        ]
        for turn in turns:
            chat.post(session, talk.id, turn)
    expect(visitor.panel.locator(".card")).to_have_count(len(CORPUS))
    for attack in CORPUS:
        shop.answer(attack)
    expect(visitor.panel.locator(".row", has_text="김민지")).to_have_count(len(CORPUS))
    unharmed(visitor)
    visitor.panel.get_by_role("button", name="Back").click()
    unharmed(visitor)


def test_names_greetings_and_the_shops_own_words_are_only_texts(visit, shop):
    attack = CORPUS[1]
    with shop.writing() as session:
        member = session.get_one(StaffMember, shop.staff_id)
        was, member.name = member.name, attack
        session.add(member)
    shop.set(
        look={
            "greetings": {"en": attack},
            "launcher": {"en": "<img src=x>"},
            "people": [attack],
            "asks": {"name": "optional"},
            "consent": {"en": attack},
        }
    )
    try:
        visitor = visit().come("/loose", attributes=json.dumps({"launcher": attack}))
        visitor.open()
        expect(visitor.panel.get_by_role("heading", name=attack)).to_be_visible()
        visitor.panel.locator(".main").click()
        expect(visitor.panel.get_by_text(attack)).to_be_visible()
        visitor.panel.locator("[name=consent]").check()
        visitor.panel.locator("form .main").click()
        visitor.say("Hello")
        expect(visitor.panel.get_by_text("· Sent")).to_be_visible()
        shop.answer("Hi")
        expect(visitor.panel.get_by_role("heading", name=attack)).to_be_visible()
        unharmed(visitor)
    finally:
        shop.set(look={})
        with shop.writing() as session:
            member = session.get_one(StaffMember, shop.staff_id)
            member.name = was
            session.add(member)


def test_a_forged_answer_of_the_help_centre_brings_no_markup_that_runs(visit, shop):
    visitor = visit().come("/loose")
    html = (
        "".join(CORPUS)
        + "<p onclick='window.hit=1'>x</p><a href='jav&#x09;ascript:window.hit=1'>y</a><img src='javascript:window.hit=1'>"
    )
    visitor.page.route(
        "**/articles/**",
        lambda route: route.fulfill(
            json={"title": CORPUS[1], "html": html, "locale": "en", "article_id": 1},
            headers={"access-control-allow-origin": "*"},
        ),
    )
    visitor.open()
    visitor.panel.locator("[type=search]").fill("return")
    visitor.panel.locator("[role=search] .choice").first.click()
    expect(visitor.panel.locator("article h3")).to_contain_text(CORPUS[1])
    unharmed(visitor)


def test_a_files_name_is_only_a_text(visit, shop, tmp_path):
    visitor = visit().come("/loose")
    visitor.open()
    visitor.ask("A file follows")
    expect(visitor.panel.get_by_text("· Sent")).to_be_visible()
    file = tmp_path / "<img src=x onerror=window.hit=1>.txt"
    file.write_text("Just words.")
    visitor.panel.locator("[type=file]").set_input_files(file)
    expect(visitor.panel.locator(".chips span")).to_contain_text("onerror")
    visitor.say("Here it is")
    expect(visitor.panel.locator(".card")).to_be_visible()
    unharmed(visitor)


def test_a_picture_is_shown_where_the_page_allows_it_and_named_where_not(visit, shop, tmp_path):
    from PIL import Image

    picture = tmp_path / "tea.png"
    Image.new("RGB", (40, 30), "#2f6f5e").save(picture)
    for path, shown in (("/loose", 1), ("/", 0)):
        visitor = visit().come(path)
        visitor.open()
        visitor.ask("A picture follows")
        expect(visitor.panel.get_by_text("· Sent")).to_be_visible()
        visitor.panel.locator("[type=file]").set_input_files(picture)
        visitor.say("Look")
        expect(visitor.panel.locator(".card")).to_be_visible()
        expect(visitor.panel.locator(".card img")).to_have_count(shown)
        expect(visitor.panel.locator(".card a")).to_have_count(1)
