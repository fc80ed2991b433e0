"""Claims about looking up an order: who reads the mailbox on it sees it, and asking teaches nobody anything."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from core.database import Database
from core.languages import gettext, speaking
from core.security import ExpiredToken
from customers import codes, endpoints
from customers.tables import Contact, OrderCode, OrderProof
from invoices import issuing, links
from outbox.tables import Letter
from tests import factories
from tests.chat.shop_page import Browser, customer, word_of
from tests.customers.conftest import statements

pytestmark = pytest.mark.database

CODES, ORDERS = "/api/customers/{shop}/codes", "/api/customers/{shop}/orders"
MINJI = "minji@example.com"


@pytest.fixture
def order(database, shop):
    with database.writing() as session:
        return factories.order(session, shop, number="1042")


def ask(browser: Browser, number: str = "1042", email: str = MINJI):
    return browser.ask("POST", CODES, json={"order_number": number, "email": email})


def code_in(database: Database) -> str:
    """The code in the newest letter."""
    with database.reading() as session:
        letter = session.exec(select(Letter).order_by(Letter.id.desc())).first()
        return "".join(re.search(r"(\d{3}) (\d{3})", letter.text).groups())


def enter(browser: Browser, code_id: str, code: str):
    return browser.ask("POST", f"{CODES}/{code_id}", json={"code": code})


def looked_up(browser: Browser, database: Database, run_jobs, **who):
    """Ask for a code and enter it; returns the answer."""
    code_id = ask(browser, **who).json()["code_id"]
    run_jobs()
    return enter(browser, code_id, code_in(database))


def numbers(answer) -> list[str]:
    return [order["number"] for order in answer.json()["orders"]]


# -- the code ----------------------------------------------------------------------------------------------------


def test_the_code_goes_to_the_address_on_the_order_and_opens_it(database, browse, order, run_jobs):
    browser = browse()
    answer = looked_up(browser, database, run_jobs)
    assert answer.status_code == 200 and numbers(answer) == ["1042"]
    shown = answer.json()["orders"][0]
    assert (shown["status"], shown["money"], shown["total"]) == ("processing", "paid", "₩39,000")
    assert [(item["name"], item["total_minor"]) for item in shown["items"]] == [("우전 녹차 50 g", 39000)]
    assert numbers(browser.ask("GET", ORDERS)) == ["1042"]
    assert browser.open()["shopper"] == {"name": "", "email": MINJI, "proven": True}


def test_an_order_tells_its_parcel_its_refund_its_state_and_opens_its_invoice(
    database, browse, shop, keys, clock
):
    with database.writing() as session:
        bought = [factories.line(35455, 3545), factories.line(2727, 273, kind="shipping", name="택배")]
        order = factories.order(
            session,
            shop,
            bought,
            customer_remote_id=7,
            status="completed",
            meta={"_tracking_number": "1234-5678", "_tracking_provider": "CJ대한통운"},
        )
        factories.refund(session, shop, order, [factories.line(-1000, -100)])
        issuing.issue(session, order.id)
    browser = browse(word_of(shop, 7))
    told = browser.ask("GET", ORDERS).json()["orders"][0]
    with speaking("ko"):
        assert told["state"] == gettext("It is completed: the shop has finished it.")
    assert (told["money"], [refund["amount_minor"] for refund in told["refunds"]]) == (
        "partly_refunded",
        [1100],
    )
    assert [charge["name"] for charge in told["charges"]] == ["택배"]
    assert [parcel["number"] for parcel in told["parcels"]] == ["1234-5678"]
    address = told["links"][0]["address"]
    assert address.startswith("https://help.service.example/i/")
    token = address.rpartition("/")[2]
    assert links.read_link(keys, token).order == order.remote_id
    clock.advance(hours=1)
    with pytest.raises(ExpiredToken):
        links.read_link(keys, token)


def test_the_letter_is_in_the_orders_language_and_says_nothing_of_what_was_bought(
    database, browse, shop, run_jobs
):
    with database.writing() as session:
        factories.order(session, shop, number="K", billing=factories.MINJI)
        factories.order(session, shop, number="E", billing=factories.ANNA)
    browser = browse()
    for number, email in (("K", MINJI), ("E", "anna@example.com")):
        ask(browser, number, email)
    run_jobs()
    with database.reading() as session:
        found = {letter.to_address: letter for letter in session.exec(select(Letter))}
    assert (found[MINJI].language, found["anna@example.com"].language) == ("ko", "en")
    for letter in found.values():
        assert (letter.purpose, letter.legal_class) == ("order_code", "transactional")
        assert "녹차" not in letter.text + letter.html and "39,000" not in letter.text
        assert not re.search(r"\d{3} ?\d{3}", letter.subject)
    assert found[MINJI].subject == f"{shop.name} 주문 K 확인 코드"
    assert "21:15" in found[MINJI].text  # A quarter of an hour after noon in UTC, in the shop's zone.


def test_a_number_is_taken_as_people_write_it(database, browse, order, run_jobs):
    browser = browse()
    ask(browser, " #1042 ", "MinJi@Example.com ")
    run_jobs()
    with database.reading() as session:
        assert session.exec(select(OrderCode)).one().order_id == order.id


def test_a_code_may_be_typed_with_spaces_and_in_wide_digits(database, browse, order, run_jobs):
    browser = browse()
    code_id = ask(browser).json()["code_id"]
    run_jobs()
    code = code_in(database)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code[:3]) + " " + code[3:]
    assert enter(browser, code_id, wide).status_code == 200


WRONG_PAIRS = {
    "another address": ("1042", "other@example.com"),
    "no such order": ("9999", MINJI),
    "neither": ("9999", "other@example.com"),
    "a part of the address": ("1042", "inji@example.com"),
}


@pytest.mark.parametrize("pair", WRONG_PAIRS.values(), ids=WRONG_PAIRS)
def test_right_and_wrong_pairs_look_the_same_and_make_the_same_work(database, browse, order, pair, run_jobs):
    browser = browse()
    with statements(database) as right:
        first = ask(browser)
    with statements(database) as wrong:
        second = ask(browser, *pair)
    assert (first.status_code, second.status_code) == (202, 202)
    assert set(first.json()) == set(second.json()) == {"code_id"}
    assert len(first.content) == len(second.content)
    assert set(first.headers) == set(second.headers)
    assert wrong == right
    # The same job for both; only what comes of it differs.
    assert [name for name in run_jobs.waiting() if name.startswith("customers.")] == [
        "customers.send_code"
    ] * 2
    run_jobs()
    with database.reading() as session:
        assert [letter.to_address for letter in session.exec(select(Letter))] == [MINJI]
        assert all(len(row.code_digest) == 64 for row in session.exec(select(OrderCode)))
    refusals = [enter(browser, asked.json()["code_id"], "000000") for asked in (first, second)]
    assert refusals[0].json() == refusals[1].json() and refusals[0].status_code == 400


def test_an_order_without_an_address_is_no_ones(database, browse, shop, run_jobs):
    with database.writing() as session:
        factories.order(session, shop, number="7", billing=factories.replace(factories.MINJI, email=""))
    ask(browse(), "7", "a@b.example")
    run_jobs()
    with database.reading() as session:
        assert session.exec(select(Letter)).all() == []


@pytest.mark.parametrize("changes", [{"status": "trash"}, {"status": "checkout-draft"}])
def test_what_the_shop_threw_away_is_not_found(database, browse, shop, changes, run_jobs):
    with database.writing() as session:
        factories.order(session, shop, number="8", paid=False, **changes)
    ask(browse(), "8")
    run_jobs()
    with database.reading() as session:
        assert session.exec(select(Letter)).all() == []


def test_an_order_of_another_shop_is_not_found(database, browse, shops, order, run_jobs):
    ask(browse(store=shops[1]))
    run_jobs()
    with database.reading() as session:
        assert session.exec(select(Letter)).all() == []


# -- guessing, repeating, sharing ----------------------------------------------------------------------------------


def test_five_wrong_tries_kill_the_code(database, browse, order, run_jobs):
    browser = browse()
    code_id = ask(browser).json()["code_id"]
    run_jobs()
    right = code_in(database)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for _ in range(5):
        assert enter(browser, code_id, wrong).json()["error"]["code"] == "wrong_code"
    assert enter(browser, code_id, right).status_code == 400
    assert browser.ask("GET", ORDERS).json() == {"orders": []}


def test_a_code_works_once(database, browse, order, run_jobs):
    browser = browse()
    code_id = ask(browser).json()["code_id"]
    run_jobs()
    code = code_in(database)
    assert enter(browser, code_id, code).status_code == 200
    assert enter(browser, code_id, code).json()["error"]["code"] == "wrong_code"


def test_a_code_ends_after_a_quarter_of_an_hour_and_looks_like_a_wrong_one(
    database, browse, order, clock, run_jobs
):
    browser = browse()
    code_id = ask(browser).json()["code_id"]
    run_jobs()
    code = code_in(database)
    wrong = enter(browser, code_id, "abc")
    clock.advance(minutes=15)
    late = enter(browser, code_id, code)
    unknown = enter(browser, "unknown", code)
    assert late.status_code == 400
    assert late.json() == wrong.json() == unknown.json()


def test_a_code_is_good_only_in_the_browser_that_asked_and_in_its_shop(
    database, browse, shops, order, run_jobs
):
    mine, other, elsewhere = browse(), browse(), browse(store=shops[1])
    code_id = ask(mine).json()["code_id"]
    run_jobs()
    code = code_in(database)
    assert enter(other, code_id, code).status_code == 400
    assert enter(elsewhere, code_id, code).status_code == 400
    assert other.ask("GET", ORDERS).json() == {"orders": []}
    assert enter(mine, code_id, code).status_code == 200


def test_of_many_tries_at_one_moment_a_code_is_used_once(database, browse, order, keys, run_jobs):
    browser = browse()
    code_id = ask(browser).json()["code_id"]
    run_jobs()
    code = code_in(database)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: enter(browser, code_id, code).status_code, range(8)))
    assert sorted(answers) == [200] + [400] * 7
    with database.reading() as session:
        assert len(session.exec(select(OrderProof)).all()) == 1


def test_wrong_tries_at_one_moment_are_all_counted(database, browse, order, run_jobs):
    browser = browse()
    code_id = ask(browser).json()["code_id"]
    run_jobs()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: enter(browser, code_id, f"x{number}"), range(8)))
    with database.reading() as session:
        assert session.exec(select(OrderCode)).one().tries == 5


def test_one_network_address_asks_five_times_an_hour(browse, order):
    browser = browse()
    answers = [ask(browser, str(number), f"{number}@example.com").status_code for number in range(6)]
    assert answers == [202] * 5 + [429]


@pytest.mark.parametrize(
    ("number", "email"), [("1042", "{n}@example.com"), ("{n}", MINJI)], ids=["order", "address"]
)
def test_one_order_and_one_address_are_asked_for_five_times_an_hour_from_everywhere(
    app, browse, order, number, email
):
    browser = browse()
    answers = []
    for n in range(6):
        browser.client._transport.client = (f"198.51.100.{n}", 50000)
        answers.append(ask(browser, number.format(n=n), email.format(n=n)).status_code)
    assert answers == [202] * 5 + [429]


def test_a_refusal_for_asking_too_often_is_the_same_for_a_wrong_pair(browse, order):
    browser = browse()
    for _ in range(5):
        ask(browser)
    assert ask(browser).json() == ask(browser, "9999", "nobody@example.com").json()


def test_the_code_is_stored_nowhere_but_in_the_letter_and_there_no_longer_than_it_waits(
    database, browse, order, run_jobs, caplog
):
    with caplog.at_level("DEBUG"):
        ask(browse())
        run_jobs()
    code = code_in(database)
    with database.reading() as session:
        row = session.exec(select(OrderCode)).one()
    assert code not in f"{row.model_dump()}" and code not in caplog.text and MINJI not in caplog.text


def test_a_second_run_of_the_job_makes_no_second_code(database, browse, order, keys, run_jobs):
    ask(browse())
    run_jobs()
    code = code_in(database)
    with database.writing() as session:
        codes.send(session, keys, session.exec(select(OrderCode.id)).one())
    with database.reading() as session:
        assert len(session.exec(select(Letter)).all()) == 1
    assert code_in(database) == code


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"order_number": "", "email": MINJI},
        {"order_number": "1", "email": "no address"},
        {"order_number": "x" * 65, "email": MINJI},
        {"order_number": "1", "email": "a@" + "b" * 300},
        {"order_number": ["1"], "email": MINJI},
        {"order_number": "1\0", "email": MINJI},
        {"order_number": "1", "email": "a\0@b.example"},
    ],
)
def test_what_is_no_pair_is_refused_in_words(browse, form):
    answer = browse().ask("POST", CODES, json=form)
    assert answer.status_code == 400 and answer.json()["error"]["message"]


@pytest.mark.parametrize("body", [b'{"code": "\\ud800"}', b'{"code": "\\u0000"}', b"{", b"[]"])
@pytest.mark.parametrize("code_id", ["unknown", "%00", "x" * 200])
def test_hostile_codes_are_refused_like_any_other(browse, body, code_id):
    browser = browse()
    answer = browser.ask("POST", f"{CODES}/{code_id}", content=body)
    assert answer.status_code == 400


def test_a_shop_with_a_name_that_is_none_is_not_found(browse):
    assert browse().client.get("/api/customers/%00/orders").status_code == 404


# -- who may see what ----------------------------------------------------------------------------------------------


def test_nothing_is_asked_or_shown_without_a_token(app, shop, order):
    stranger = Browser(app, shop)
    assert ask(stranger).status_code == 401
    assert enter(stranger, "any", "123456").status_code == 401
    assert stranger.ask("GET", ORDERS).status_code == 401


def test_an_address_that_somebody_merely_says_opens_nothing(browse, database, order):
    browser = browse()
    with database.writing() as session:
        contact = session.exec(select(Contact)).one()
        contact.email = MINJI
        session.add(contact)
    assert browser.ask("GET", ORDERS).json() == {"orders": []}


def test_a_proof_ends_after_a_day(browse, database, order, clock, run_jobs):
    browser = browse()
    assert looked_up(browser, database, run_jobs).status_code == 200
    clock.advance(hours=23)
    assert numbers(browser.ask("GET", ORDERS)) == ["1042"]
    clock.advance(hours=1)
    assert numbers(browser.ask("GET", ORDERS)) == []


def test_a_proof_opens_one_order_and_no_other_of_the_same_address(browse, database, shop, order, run_jobs):
    with database.writing() as session:
        factories.order(session, shop, number="1043")
    browser = browse()
    assert numbers(looked_up(browser, database, run_jobs)) == ["1042"]


def test_an_account_sees_its_own_orders_in_its_own_shop(browse, database, shops):
    with database.writing() as session:
        factories.order(session, shops[0], number="mine", customer_remote_id=7)
        factories.order(session, shops[0], number="another's", customer_remote_id=8)
        factories.order(session, shops[0], number="a guest's")
        factories.order(session, shops[0], number="trash", customer_remote_id=7, status="trash")
        factories.order(session, shops[1], number="elsewhere", customer_remote_id=7)
    assert numbers(browse(word_of(shops[0], 7)).ask("GET", ORDERS)) == ["mine"]


def test_an_account_with_an_address_that_nobody_checked_sees_no_order_of_that_address(
    browse, database, shop, order
):
    with database.writing() as session:
        customer(session, shop, 66, email=MINJI)
    browser = browse(word_of(shop, 66))
    assert browser.open(word_of(shop, 66))["shopper"]["email"] == MINJI
    assert numbers(browser.ask("GET", ORDERS)) == []


def test_signing_out_closes_orders_proven_meanwhile_too(browse, database, shop, order, run_jobs):
    browser = browse(word_of(shop, 7))
    assert numbers(looked_up(browser, database, run_jobs)) == ["1042"]
    browser.open()
    assert numbers(browser.ask("GET", ORDERS)) == []


def test_an_account_that_ran_out_sees_no_orders(browse, database, shop, clock):
    browser = browse(word_of(shop, 7))
    clock.advance(minutes=16)
    assert browser.ask("GET", ORDERS).status_code == 401


def test_only_the_shops_own_pages_read_answers_and_errors(browse, shop, order):
    browser = browse()
    for origin, read in ((shop.home_address, True), ("https://evil.example", False)):
        for method, path in (("GET", ORDERS), ("POST", f"{CODES}/unknown")):
            answer = browser.client.request(
                method,
                path.format(shop=shop.public_id),
                headers={**browser.headers(), "origin": origin},
                json={"code": "1"} if method == "POST" else None,
            )
            assert ("access-control-allow-origin" in answer.headers) is read
            assert "access-control-allow-credentials" not in answer.headers
        preflight = browser.client.options(
            ORDERS.format(shop=shop.public_id),
            headers={"origin": origin, "access-control-request-method": "GET"},
        )
        assert preflight.status_code == (204 if read else 403)


def test_the_daily_limit_of_an_order_holds_over_the_hours(browse, order, monkeypatch):
    monkeypatch.setattr(endpoints, "ASKS", "100/hour")
    monkeypatch.setattr(endpoints, "ASKS_OF_ORDER_A_DAY", "3/day")
    browser = browse()
    assert [ask(browser).status_code for _ in range(4)] == [202, 202, 202, 429]
