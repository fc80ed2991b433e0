"""Sending: every letter leaves once, whatever fails or dies in between."""

from dataclasses import replace

import pytest

from core.languages import recalled, speaking
from core.security import Keys
from outbox import actions, queries, sending
from outbox.events import LetterFailed, LetterSent
from outbox.schemas import Attachment
from tests.standins import until

from .steps import handed_in, letter_of, state, try_once

pytestmark = pytest.mark.database


# -- the straight way --------------------------------------------------------------------------------------------


def test_a_letter_is_sent_with_its_file_and_noted_once(database, run_jobs, mail, files, facts):
    digest = files.keep(b"%PDF-1.7 the invoice")
    letter_id = handed_in(database, attachments=(Attachment(digest, "인보이스-2026-000001.pdf"),))
    run_jobs()
    letter = letter_of(database, letter_id)
    assert (letter.state, letter.attempts, letter.problem) == ("sent", 1, "")
    assert letter.sent_at is not None
    attached = next(mail.letters[0].iter_attachments())
    assert attached.get_content() == b"%PDF-1.7 the invoice"
    assert mail.letters[0]["Message-ID"] == f"<{letter.message_id}>"
    assert facts == [LetterSent(letter_id=letter_id)]
    with database.reading() as session:
        assert [attempt.outcome for attempt in queries.attempts_of(session, letter_id)] == ["accepted"]


def test_a_second_run_of_the_same_job_sends_nothing(database, services, mail):
    letter_id = handed_in(database)
    try_once(services, database, letter_id)
    try_once(services, database, letter_id)
    assert len(mail.letters) == 1


def test_the_engine_itself_sends_what_was_handed_in(database, mail, worker):
    numbers = [handed_in(database, cause=f"invoice:1:{number}") for number in range(5)]
    until(lambda: all(state(database, number)[0] == "sent" for number in numbers))
    assert len(set(mail.message_ids)) == len(mail.letters) == 5


def test_a_message_id_is_the_same_for_a_cause_and_differs_between_services(mail_settings, keys):
    def message_id(cause, keys=keys):
        return sending.message_id(cause, settings=mail_settings, keys=keys)

    assert message_id("invoice:1:1001") == message_id("invoice:1:1001")
    assert message_id("invoice:1:1001") != message_id("invoice:1:1002")
    assert message_id("invoice:1:1001") != message_id(
        "invoice:1:1001", Keys("another root secret of 32 letters")
    )
    assert message_id("x").endswith("@shop.example")


def test_a_message_id_stays_when_the_sender_changes_between_two_tries(
    database, run_jobs, mail, mail_settings
):
    letter_id = handed_in(database)
    mail.answers["rcpt"] = ["451 4.7.1 later"]
    run_jobs()
    before = letter_of(database, letter_id).message_id
    mail_settings.mail_from = "orders@other.example"
    run_jobs(later=True)
    assert mail.message_ids == [f"<{before}>"]


def test_what_opens_an_account_is_blotted_out_once_it_was_sent(database, run_jobs, mail):
    letter_id = handed_in(
        database, cause="password-reset:1", purpose="account", legal_class="service", text="secret link"
    )
    run_jobs()
    assert "secret link" in mail.letters[0].get_body(("plain",)).get_content()
    letter = letter_of(database, letter_id)
    assert (letter.text, letter.html) == ("", "")


# -- refusals ----------------------------------------------------------------------------------------------------


def test_a_refused_letter_fails_at_once_with_the_servers_words(database, run_jobs, mail, facts):
    letter_id = handed_in(database)
    mail.answers["rcpt"] = ["550 5.1.1 no such user here"]
    run_jobs(later=True)
    letter = letter_of(database, letter_id)
    assert (letter.state, letter.attempts) == ("failed", 1)
    assert "550 5.1.1 no such user here" in letter.problem
    assert facts == [LetterFailed(letter_id=letter_id)]
    assert run_jobs.died == []


def test_a_letter_to_no_address_fails_with_a_sentence(database, run_jobs, mail):
    letter_id = handed_in(database, to_address="")
    run_jobs()
    letter = letter_of(database, letter_id)
    assert letter.state == "failed"
    assert "not an e-mail address" in letter.problem


def test_a_letter_whose_file_is_gone_fails_with_a_sentence(database, run_jobs, mail):
    letter_id = handed_in(database, attachments=(Attachment("0" * 64, "a.pdf"),))
    run_jobs()
    letter = letter_of(database, letter_id)
    assert letter.state == "failed"
    assert "The attached file is missing" in letter.problem
    assert mail.letters == []


def test_a_problem_is_shown_in_the_language_of_whoever_reads_it(database, run_jobs, mail, monkeypatch):
    letter_id = handed_in(database)
    mail.answers["rcpt"] = ["550 5.1.1 unknown"]
    run_jobs()
    monkeypatch.setattr("core.languages.gettext", lambda message: f"<{message}>")
    with speaking("ko"):
        assert recalled(letter_of(database, letter_id).problem) == (
            "<The mail server refused the letter: 550 5.1.1 unknown.>"
        )


# -- tries -------------------------------------------------------------------------------------------------------


def test_a_letter_that_was_put_off_leaves_later_under_the_same_message_id(database, run_jobs, mail):
    letter_id = handed_in(database)
    mail.answers["data"] = ["451 4.7.1 greylisted"]
    run_jobs()
    waiting = letter_of(database, letter_id)
    assert (waiting.state, waiting.waiting_for) == ("planned", "")
    assert "greylisted" in waiting.problem
    run_jobs(later=True)
    sent = letter_of(database, letter_id)
    assert (sent.state, sent.attempts, sent.problem) == ("sent", 2, "")
    assert mail.message_ids == [f"<{waiting.message_id}>"]


def test_a_letter_that_is_always_put_off_has_failed_after_the_last_try(database, jobs, run_jobs, mail, facts):
    jobs.jobs["outbox.send"] = replace(jobs.jobs["outbox.send"], attempts=3)
    letter_id = handed_in(database)
    mail.answers["rcpt"] = ["451 4.7.1 not yet"] * 3
    run_jobs(later=True)
    letter = letter_of(database, letter_id)
    assert (letter.state, letter.attempts) == ("failed", 3)
    assert facts == [LetterFailed(letter_id=letter_id)]
    assert run_jobs.died == []


def test_a_wrong_password_does_not_burn_letters(database, jobs, run_jobs, mail, facts):
    jobs.jobs["outbox.send"] = replace(jobs.jobs["outbox.send"], attempts=3)
    mail.answers["mail"] = ["530 5.7.0 authentication required"] * 3
    letter_id = handed_in(database)
    run_jobs()
    letter = letter_of(database, letter_id)
    assert (letter.state, letter.waiting_for) == ("planned", "server")
    assert "AFTERCART_SMTP_PASSWORD" in letter.problem
    run_jobs(later=True)
    assert state(database, letter_id) == ("waiting", "server")
    assert facts == []
    with database.reading() as session:
        trouble = queries.troubles(session)[0]
    assert (trouble.problem, trouble.letters) == (letter.problem, 1)
    with database.writing() as session:
        actions.release(session)
    run_jobs()
    assert state(database, letter_id) == ("sent", "")


def test_planned_letters_that_meet_a_closed_server_leave_at_once_on_release(database, run_jobs, mail):
    letter_id = handed_in(database)
    mail.answers["mail"] = ["421 4.3.2 closing"]
    run_jobs()
    assert state(database, letter_id) == ("planned", "server")
    with database.writing() as session:
        assert actions.release(session) == 1
    run_jobs()
    assert state(database, letter_id) == ("sent", "")
    run_jobs(later=True)
    assert len(mail.letters) == 1, "the delayed try finds the letter sent"
