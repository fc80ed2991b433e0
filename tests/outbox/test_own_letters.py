"""Letters in the service's own name: alerts to owners, and the test letter."""

import pytest

from core import languages
from core.languages import Text
from outbox import own_letters, queries
from outbox.alerting import Alert, alert_owners

pytestmark = pytest.mark.database

OWNERS = [
    ("minji@shop.example", "김민지", "ko"),
    ("Tom@Shop.Example", "Tom", "en"),
]
ALERT = Alert(
    incident="sync:1:20261123120000",
    subject=Text("%(shop)s cannot be read", shop="달빛 상점"),
    sentence=Text("The shop has not answered for an hour."),
    address="https://service.example/health",
)


def test_each_owner_gets_one_letter_for_an_incident(database, run_jobs, mail):
    for _ in range(3):
        with database.writing() as session:
            numbers = alert_owners(session, ALERT, OWNERS)
    run_jobs()
    assert len(set(numbers)) == 2
    assert sorted(readers[0].lower() for _, readers in mail.envelopes) == [
        "minji@shop.example",
        "tom@shop.example",
    ]


def test_a_new_incident_is_told_about_again(database, run_jobs, mail):
    with database.writing() as session:
        alert_owners(session, ALERT, OWNERS[:1])
        alert_owners(session, Alert("sync:1:later", ALERT.subject, ALERT.sentence, ALERT.address), OWNERS[:1])
    run_jobs()
    assert len(mail.letters) == 2


def test_an_alert_says_what_happened_and_leads_to_the_page(database, run_jobs, mail):
    with database.writing() as session:
        alert_owners(session, ALERT, OWNERS[1:])
    run_jobs()
    assert mail.letters[0]["Subject"] == "달빛 상점 cannot be read"
    text = mail.letters[0].get_body(("plain",)).get_content()
    assert "The shop has not answered for an hour." in text
    assert "https://service.example/health" in text
    with database.reading() as session:
        assert queries.letter(session, 1).legal_class == "service"


def test_an_alert_is_written_in_the_language_of_each_owner(database, monkeypatch):
    monkeypatch.setattr(languages, "gettext", lambda message: f"{languages.current()}: {message}")
    with database.writing() as session:
        first, second = alert_owners(session, ALERT, OWNERS)
        assert queries.letter(session, first).subject.startswith("ko: ")
        assert queries.letter(session, second).subject.startswith("en: ")
        assert "ko: The shop has not answered" in queries.letter(session, first).text


def test_every_test_letter_is_a_letter_of_its_own(database, run_jobs, mail):
    for _ in range(2):
        with database.writing() as session:
            own_letters.hand_in_test_letter(session, to_address="minji@shop.example", language="en")
    run_jobs()
    assert len(set(mail.message_ids)) == 2
    assert mail.letters[0]["Subject"] == "Test letter"


def test_a_test_letter_sent_at_once_tells_what_became_of_it(mailer, mail, mail_settings, keys):
    def sent():
        return own_letters.send_test_letter(
            mailer, to_address="minji@shop.example", language="en", settings=mail_settings, keys=keys
        )

    assert sent().kind == "accepted"
    mail.answers["rcpt"] = ["550 5.1.1 no such user"]
    refused = sent()
    assert refused.kind == "refused"
    assert "no such user" in str(refused.sentence)
    assert len(mail.letters) == 1
