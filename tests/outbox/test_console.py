"""The outbox's pages: who sees what, and what a press of a button does."""

import pytest

from outbox import actions, queries

from .steps import handed_in, state

pytestmark = pytest.mark.database


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
