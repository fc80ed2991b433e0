"""Sending: every letter leaves once, whatever fails or dies in between."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from core import events
from core.languages import recalled, speaking
from core.security import Keys
from outbox import actions, queries, sending
from outbox import jobs as outbox_jobs
from outbox.email.smtp import SmtpMailer
from outbox.errors import NotSentYet
from outbox.events import LetterFailed, LetterSent
from outbox.schemas import Attachment
from tests.standins import until

from .factories import new_letter

pytestmark = pytest.mark.database


@pytest.fixture
def facts(monkeypatch):
    """The facts that were recorded, in order."""
    recorded = []
    monkeypatch.setattr(events, "record", lambda _session, event: recorded.append(event))
    return recorded


def handed_in(database, **changes):
    with database.writing() as session:
        return actions.hand_in(session, new_letter(**changes))


def letter_of(database, letter_id):
    with database.reading() as session:
        return queries.letter(session, letter_id)


def state(database, letter_id):
    letter = letter_of(database, letter_id)
    return letter.state, letter.waiting_for


def try_once(services, database, letter_id, *, last_attempt=False):
    wanted = {name: services[name] for name in ("settings", "keys", "files", "mailer")}
    outbox_jobs.send(database, **wanted, last_attempt=last_attempt, letter_id=letter_id)


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


# -- crashes -----------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """Ends a job the way a dying process does: nothing of ours catches it."""


class DiesAfter(SmtpMailer):
    """Hands the letter over and dies before anybody can note it."""

    def send(self, letter):
        super().send(letter)
        raise Killed


class DiesBefore(SmtpMailer):
    def send(self, letter):
        raise Killed


@pytest.mark.parametrize(("dying", "seen"), [(DiesBefore, 1), (DiesAfter, 2)])
def test_a_death_around_the_talk_leaves_one_letter_and_one_message_id(
    *, database, jobs, run_jobs, mail, mailer, mail_settings, dying, seen
):
    letter_id = handed_in(database)
    jobs.services["mailer"] = dying(mail_settings)
    with pytest.raises(Killed):
        run_jobs()
    assert state(database, letter_id) == ("sending", "")
    jobs.services["mailer"] = mailer
    run_jobs()
    assert state(database, letter_id) == ("sent", "")
    assert len(mail.letters) == seen
    assert len(set(mail.message_ids)) == 1
    with database.reading() as session:
        assert sum(queries.counts(session).values()) == 1


def test_a_database_that_fails_after_the_talk_leads_to_the_same_message_id(
    database, run_jobs, mail, monkeypatch
):
    letter_id = handed_in(database)
    finish, calls = sending.finish, []

    def failing_once(*given, **more):
        calls.append(1)
        if len(calls) == 1:
            raise OperationalError("COMMIT", {}, Exception("disk I/O error"))
        return finish(*given, **more)

    monkeypatch.setattr(sending, "finish", failing_once)
    run_jobs(later=True)
    assert state(database, letter_id) == ("sent", "")
    assert len(mail.letters) == 2
    assert len(set(mail.message_ids)) == 1


def test_two_runs_at_the_same_time_talk_once(database, services, mail, mail_settings):
    letter_id = handed_in(database)
    talking, go_on = threading.Event(), threading.Event()

    class Slow(SmtpMailer):
        def send(self, letter):
            talking.set()
            assert go_on.wait(10)
            return super().send(letter)

    services["mailer"] = Slow(mail_settings)
    first = threading.Thread(target=try_once, args=(services, database, letter_id))
    first.start()
    assert talking.wait(10)
    talking.clear()
    try_once(services, database, letter_id)
    assert not talking.is_set(), "the second run must leave the letter to the first"
    go_on.set()
    first.join()
    assert len(mail.letters) == 1
    assert state(database, letter_id) == ("sent", "")


def test_a_letter_in_another_nodes_hands_is_left_to_it_until_it_must_be_gone(
    database, services, mail, mail_settings, clock
):
    letter_id = handed_in(database)
    with database.writing() as session:
        taken = sending.begin(
            session,
            letter_id,
            settings=mail_settings.model_copy(update={"node": "other"}),
            keys=services["keys"],
        )
    assert taken is not None
    with pytest.raises(NotSentYet):
        try_once(services, database, letter_id)
    assert mail.letters == []
    clock.advance(minutes=11)
    try_once(services, database, letter_id)
    assert mail.message_ids == [f"<{taken.message_id}>"]


def test_of_two_nodes_that_take_a_letter_at_the_same_time_one_gets_it(database, mail_settings, keys):
    letter_id = handed_in(database)
    begin, taken, left = threading.Barrier(2), [], []

    def take(node):
        settings = mail_settings.model_copy(update={"node": node})
        begin.wait()
        try:
            with database.writing() as session:
                taken.append(sending.begin(session, letter_id, settings=settings, keys=keys))
        except NotSentYet:
            left.append(node)

    threads = [threading.Thread(target=take, args=(node,)) for node in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(left) == 1
    assert letter_of(database, letter_id).attempts == 1


def test_a_letter_left_behind_by_a_lost_job_goes_out_on_release(database, services, run_jobs, mail, clock):
    letter_id = handed_in(database)
    run_jobs_before = run_jobs.waiting()
    with database.writing() as session:
        sending.begin(session, letter_id, settings=services["settings"], keys=services["keys"])
    with database.writing() as session:
        assert actions.release(session) == 0
    clock.advance(minutes=11)
    with database.writing() as session:
        assert actions.release(session) == 1
    run_jobs()
    assert run_jobs_before == ["outbox.send"]
    assert len(mail.letters) == 1


def test_kill_9_in_the_middle_of_a_talk_sends_the_letter_after_the_restart(
    database, jobs, services, mail, mail_settings
):
    letter_id = handed_in(database)
    mail.answers["data"] = ["hang"]
    given = {
        "AFTERCART_DATA_FOLDER": str(mail_settings.data_folder),
        "AFTERCART_DATABASE_URL": mail_settings.database_url,
        "AFTERCART_NODE": "test",
        "AFTERCART_SMTP_HOST": "127.0.0.1",
        "AFTERCART_SMTP_PORT": str(mail.port),
        "AFTERCART_SMTP_SECURITY": "none",
        "AFTERCART_MAIL_FROM": mail_settings.mail_from,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.outbox.sending_process", database.address], env={**os.environ, **given}
    )
    try:
        until(lambda: "data" in mail.asked, seconds=30)
        assert state(database, letter_id) == ("sending", "")
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    jobs.start(services, node="test", workers=4, poll_seconds=0.02)
    try:
        until(lambda: state(database, letter_id) == ("sent", ""), seconds=30)
    finally:
        jobs.stop(drain_seconds=0)
    assert len(mail.letters) == 1
    assert mail.message_ids == [f"<{letter_of(database, letter_id).message_id}>"]
    assert letter_of(database, letter_id).attempts == 2
