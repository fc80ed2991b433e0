"""The outbox's pages: who sees what, and what a press of a button does."""

import pytest
from fastapi.testclient import TestClient

from outbox import actions, queries

from .factories import new_letter
from .site import app_of

pytestmark = pytest.mark.database


@pytest.fixture
def browser(database, mail_settings):
    """`browser("agent")` is signed in as one and shows forms their proof."""
    app = app_of(database, mail_settings)

    def opened(role="owner"):
        return TestClient(
            app,
            cookies={"aftercart_session": role},
            headers={"accept": "text/html", "accept-language": "en", "x-csrf": "the-proof"},
            follow_redirects=False,
        )

    return opened


def handed_in(database, **changes):
    with database.writing() as session:
        return actions.hand_in(session, new_letter(**changes))


def state(database, letter_id):
    with database.reading() as session:
        letter = queries.letter(session, letter_id)
    return letter.state, letter.waiting_for


@pytest.fixture
def failed(database, run_jobs, mail):
    letter_id = handed_in(database)
    mail.answers["rcpt"] = ["550 5.1.1 no such user"]
    run_jobs()
    return letter_id


# -- letters -----------------------------------------------------------------------------------------------------


def test_the_list_shows_who_what_and_state(database, browser, run_jobs, mail):
    handed_in(database)
    run_jobs()
    shown = browser().get("/letters").text
    for words in ("김민지", "minji@example.com", "주문 1001의 인보이스", "Sent"):
        assert words in shown


def test_the_list_is_filtered_by_state_and_by_address(database, browser, failed):
    handed_in(database, cause="x", to_address="other@example.com", to_name="Other")
    client = browser()
    assert "Other" not in client.get("/letters?state=failed").text
    assert "김민지" not in client.get("/letters?q=OTHER@").text
    assert "No letter matches" in client.get("/letters?q=%25").text
    assert client.get("/letters?state=lost").status_code == 400


def test_older_letters_are_reached_page_by_page(database, browser):
    for number in range(queries.PAGE + 3):
        handed_in(database, cause=f"invoice:1:{number}", to_name=f"Reader {number:03}")
    client = browser()
    first = client.get("/letters").text
    assert "Reader 052" in first
    assert "Reader 002" not in first
    assert 'href="/letters?before=4"' in first
    second = client.get("/letters?before=4").text
    assert "Reader 002" in second
    assert "Reader 003" not in second


def test_a_letter_shows_its_tries_with_the_servers_words(browser, failed):
    shown = browser().get(f"/letters/{failed}").text
    assert "550 5.1.1 no such user" in shown
    assert "Try again" in shown


def test_a_preview_can_run_and_fetch_nothing_and_only_our_page_may_frame_it(database, browser):
    letter_id = handed_in(database, html="<script>alert(1)</script><p>Hello</p>")
    client = browser()
    answer = client.get(f"/letters/{letter_id}/preview")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy.split("; ")
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    page = client.get(f"/letters/{letter_id}")
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    assert "<script>alert" not in page.text


def test_a_letter_that_opens_an_account_is_shown_to_nobody(database, browser):
    letter_id = handed_in(
        database,
        cause="password-reset:1",
        purpose="account",
        legal_class="service",
        text="https://service.example/reset/secret",
        html="<a href='https://service.example/reset/secret'>Go</a>",
    )
    client = browser()
    assert "secret" not in client.get(f"/letters/{letter_id}").text
    assert "secret" not in client.get("/letters").text
    assert client.get(f"/letters/{letter_id}/preview").status_code == 404
    assert "secret" not in client.get("/console/outbox/order-panel?order_id=1001").text


def test_a_name_from_outside_is_text_on_every_page(database, browser):
    letter_id = handed_in(
        database, to_name="<img src=x>", subject="<b>bold</b>", sender_name="<i>shop</i>", text="<u>text</u>"
    )
    client = browser()
    for address in ("/letters", f"/letters/{letter_id}", "/console/outbox/order-panel?order_id=1001"):
        shown = client.get(address).text
        for tag in ("<img src=x>", "<b>bold", "<i>shop", "<u>text"):
            assert tag not in shown


def test_a_failed_letter_is_tried_again_by_a_press(database, browser, run_jobs, mail, failed):
    answer = browser("agent").post(f"/letters/{failed}/send", data={"next": "/"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    run_jobs()
    assert state(database, failed) == ("sent", "")


def test_a_letter_is_set_aside_and_taken_back_by_presses(database, browser, failed):
    client = browser("agent")
    assert client.post(f"/letters/{failed}/cancel").headers["location"] == f"/letters/{failed}"
    assert state(database, failed) == ("cancelled", "")
    assert "Send after all" in client.get(f"/letters/{failed}").text
    client.post(f"/letters/{failed}/send")
    assert state(database, failed) == ("planned", "")


def test_after_a_press_nobody_is_led_to_another_site(browser, failed):
    answer = browser("agent").post(f"/letters/{failed}/send", data={"next": "https://evil.example/"})
    assert answer.headers["location"] == "/"


# -- who may -----------------------------------------------------------------------------------------------------

PRESSES = [
    ("/letters/1/send", {}, "agent"),
    ("/letters/1/cancel", {}, "agent"),
    ("/console/outbox/release", {}, "agent"),
    ("/console/outbox/switch", {"on": "false"}, "owner"),
    ("/console/outbox/stores/1/resume", {}, "owner"),
    ("/console/outbox/stores/1/keep-paused", {}, "owner"),
    ("/console/outbox/test-letter", {"to": "minji@shop.example"}, "owner"),
]
ROLES = ["reader", "agent", "owner"]


@pytest.mark.parametrize(("address", "form", "least"), PRESSES)
@pytest.mark.parametrize("role", ROLES)
def test_a_press_is_taken_from_its_role_upwards(*, database, browser, role, address, form, least):
    handed_in(database)
    expected = 303 if ROLES.index(role) >= ROLES.index(least) else 403
    assert browser(role).post(address, data=form).status_code == expected


@pytest.mark.parametrize(("address", "form", "least"), PRESSES)
def test_a_press_without_proof_changes_nothing(database, browser, address, form, least):
    handed_in(database)
    client = browser("owner")
    client.headers["x-csrf"] = "guessed"
    assert client.post(address, data=form).status_code == 403
    assert state(database, 1) == ("planned", "")


@pytest.mark.parametrize(
    "address",
    [
        *("/letters", "/letters/1", "/letters/1/preview", "/console/outbox/today"),
        *("/console/outbox/order-panel?order_id=1001", "/console/outbox/settings", "/console/outbox/health"),
    ],
)
def test_only_staff_see_letters(database, browser, address):
    handed_in(database)
    assert browser("nobody").get(address).headers["location"].startswith("/sign-in")
    assert browser("reader").get(address).status_code == 200


@pytest.mark.parametrize("role", ["reader", "agent"])
def test_nobody_is_shown_a_button_that_would_refuse_them(database, browser, failed, role):
    with database.writing() as session:
        actions.pause_for_address(session, 1, "https://staging.shop.example")
        actions.switch_sending(session, on=False, by="Owner")
    client = browser(role)
    shown = client.get("/console/outbox/today").text + client.get("/console/outbox/settings").text
    for address, _, least in PRESSES:
        if ROLES.index(role) < ROLES.index(least):
            assert f'action="{address}"' not in shown


# -- Today -------------------------------------------------------------------------------------------------------


def today(client):
    return client.get("/console/outbox/today").text


def test_today_is_empty_when_all_is_well(database, browser, run_jobs, mail):
    handed_in(database)
    handed_in(database, cause="silent", silent_until_released=True)
    run_jobs()
    assert today(browser()).strip() == ""


def test_today_names_the_missing_setting_while_letters_wait(database, browser, run_jobs, mail_settings):
    mail_settings.smtp_host = ""
    handed_in(database)
    run_jobs()
    shown = today(browser())
    assert "1 letter waits: no mail server is set" in shown
    assert "AFTERCART_SMTP_HOST" in shown


def test_today_lets_letters_go_once_there_is_a_mail_server(database, browser, run_jobs, mail, mail_settings):
    mail_settings.smtp_host = ""
    letter_id = handed_in(database)
    run_jobs()
    mail_settings.smtp_host = "127.0.0.1"
    client = browser("agent")
    assert "Send them" in today(client)
    client.post("/console/outbox/release")
    run_jobs()
    assert state(database, letter_id) == ("sent", "")
    assert today(client).strip() == ""


def test_today_asks_about_a_moved_shop_and_takes_the_answer(database, browser, run_jobs, mail):
    with database.writing() as session:
        actions.pause_for_address(session, 1, "https://staging.shop.example")
    letter_id = handed_in(database)
    run_jobs()
    client = browser()
    shown = today(client)
    assert "달빛 상점" in shown
    assert "The shop now answers as https://staging.shop.example" in shown
    client.post("/console/outbox/stores/1/keep-paused")
    assert today(client).strip() == ""
    assert "https://staging.shop.example" in client.get("/console/outbox/settings").text
    client.post("/console/outbox/stores/1/resume", data={"next": "/settings"})
    run_jobs()
    assert state(database, letter_id) == ("sent", "")


def test_today_says_that_all_sending_is_off_and_by_whom(database, browser, mail_settings):
    client = browser()
    client.post("/console/outbox/switch", data={"on": "false"})
    assert "Minji Kim switched it off" in today(client)
    client.post("/console/outbox/switch", data={"on": "true"})
    assert today(client).strip() == ""
    mail_settings.sending = False
    assert "AFTERCART_SENDING" in today(client)


def test_today_shows_a_closed_mail_server_once_for_all_its_letters(database, browser, run_jobs, mail):
    mail.answers["mail"] = ["553 5.7.1 not your address"] * 3
    for number in range(3):
        handed_in(database, cause=f"invoice:1:{number}")
    run_jobs()
    shown = today(browser("agent"))
    assert shown.count("AFTERCART_MAIL_FROM") == 1
    assert "3 letters cannot leave" in shown
    browser("agent").post("/console/outbox/release")
    run_jobs()
    assert len(mail.letters) == 3


def test_today_shows_failed_letters_and_where_the_rest_are(database, browser, run_jobs, mail):
    mail.answers["rcpt"] = ["550 5.1.1 no such user"] * 8
    for number in range(8):
        handed_in(database, cause=f"invoice:1:{number}")
    run_jobs()
    shown = today(browser())
    assert shown.count("A letter to minji@example.com failed") == 5
    assert "All 8 failed letters" in shown


# -- order, Settings, Health ---------------------------------------------------------------------------------------


def test_an_order_shows_its_letters_only(database, browser, failed):
    handed_in(database, cause="other", order_id=7, subject="another order")
    shown = browser().get("/console/outbox/order-panel?order_id=1001").text
    assert "주문 1001의 인보이스" in shown
    assert "550 5.1.1 no such user" in shown
    assert "인보이스를 보내드려요." in shown
    assert "another order" not in shown
    assert "No letter about this order yet" in browser().get("/console/outbox/order-panel?order_id=8").text


def test_settings_show_the_way_out_without_its_password(browser, mail_settings):
    mail_settings.smtp_user = "orders"
    mail_settings.smtp_password = type(mail_settings.smtp_password)("geheim")
    shown = browser().get("/console/outbox/settings").text
    assert "orders@shop.example" in shown
    assert "not protected" in shown
    assert "geheim" not in shown


def test_a_test_letter_is_sent_by_a_press_and_shown(database, browser, run_jobs, mail):
    client = browser()
    answer = client.post("/console/outbox/test-letter", data={"to": "minji@shop.example"})
    run_jobs()
    assert mail.envelopes == [("orders@shop.example", ["minji@shop.example"])]
    assert "Sent" in client.get(answer.headers["location"]).text


def test_silent_letters_are_sent_from_the_list(database, browser, run_jobs, mail):
    letter_id = handed_in(database, silent_until_released=True)
    client = browser("agent")
    assert "1 letter was made silently" in client.get("/letters?state=waiting").text
    client.post("/console/outbox/release", data={"silent": "true", "next": "/letters?state=waiting"})
    run_jobs()
    assert state(database, letter_id) == ("sent", "")


def test_health_counts_letters(database, browser, failed):
    shown = browser().get("/console/outbox/health").text
    assert "<dt>failed</dt><dd>1</dd>" in shown
