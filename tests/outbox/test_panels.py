"""The outbox's parts of Today, order, Settings and Health."""

import pytest

from outbox import actions

from .steps import handed_in, state

pytestmark = pytest.mark.database


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
