"""What dies in the middle: a letter still leaves, and under one Message-ID only."""

import os
import signal
import subprocess
import sys
import threading

import pytest
from sqlalchemy.exc import OperationalError

from outbox import actions, queries, sending
from outbox.email.smtp import SmtpMailer
from outbox.errors import NotSentYet
from tests.standins import until

from .steps import handed_in, letter_of, state, try_once

pytestmark = pytest.mark.database


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
