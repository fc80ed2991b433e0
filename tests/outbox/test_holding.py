"""What holds letters back, and that they leave when it ends: settings, switch, pause, a person's word."""

import pytest

from outbox import actions, queries
from outbox.jobs import pause_for_address

from .steps import handed_in, state

pytestmark = pytest.mark.database


def test_without_mail_settings_letters_wait_and_go_out_on_release(database, run_jobs, mail, mail_settings):
    mail_settings.smtp_host = ""
    letter_id = handed_in(database)
    run_jobs()
    assert state(database, letter_id) == ("waiting", "settings")
    assert run_jobs.waiting() == []
    mail_settings.smtp_host = "127.0.0.1"
    with database.writing() as session:
        assert actions.release(session) == 1
    run_jobs()
    assert state(database, letter_id) == ("sent", "")
    assert len(mail.letters) == 1


def test_a_release_while_the_settings_are_still_missing_keeps_letters_waiting(
    database, run_jobs, mail_settings
):
    mail_settings.mail_from = ""
    letter_id = handed_in(database)
    run_jobs()
    with database.writing() as session:
        assert actions.release(session) == 1
    assert run_jobs() == ["outbox.release_waiting"]
    assert state(database, letter_id) == ("waiting", "settings")


def test_the_setting_that_pauses_all_sending_holds_letters(database, run_jobs, mail, mail_settings):
    mail_settings.sending = False
    letter_id = handed_in(database)
    run_jobs()
    assert state(database, letter_id) == ("waiting", "switch")
    assert mail.letters == []


def test_the_console_switch_holds_all_letters_and_lets_them_go(database, run_jobs, mail):
    with database.writing() as session:
        actions.switch_sending(session, on=False, by="Owner")
    letter_id = handed_in(database)
    run_jobs()
    assert state(database, letter_id) == ("waiting", "switch")
    with database.writing() as session:
        actions.switch_sending(session, on=True, by="Owner")
    run_jobs()
    assert state(database, letter_id) == ("sent", "")
    assert len(mail.letters) == 1


def test_a_moved_store_is_paused_by_itself_and_only_that_store(database, run_jobs, mail):
    held, free = handed_in(database), handed_in(database, cause="invoice:2:7", store_id=2)
    of_nobody = handed_in(database, cause="alert:x", purpose="alert", legal_class="service", store_id=None)
    pause_for_address(database, store_id=1, address="https://staging.shop.example")
    run_jobs()
    assert state(database, held) == ("waiting", "pause")
    assert state(database, free) == ("sent", "")
    assert state(database, of_nobody) == ("sent", "")
    with database.reading() as session:
        asked = queries.pauses(session)
    assert [(pause.store_id, pause.address, pause.answer) for pause in asked] == [
        (1, "https://staging.shop.example", "")
    ]


@pytest.fixture
def paused(database, run_jobs):
    """A letter of store 1 that is held because the store moved."""
    with database.writing() as session:
        actions.pause_for_address(session, 1, "https://staging.shop.example")
    letter_id = handed_in(database)
    run_jobs()
    assert state(database, letter_id) == ("waiting", "pause")
    return letter_id


def test_resuming_a_paused_store_sends_what_waited(database, run_jobs, mail, paused):
    with database.writing() as session:
        actions.resume_store(session, 1, by="Owner")
    run_jobs()
    assert state(database, paused) == ("sent", "")
    assert len(mail.letters) == 1


def test_keeping_a_store_paused_answers_the_question_and_sends_nothing(database, run_jobs, mail, paused):
    with database.writing() as session:
        actions.keep_paused(session, 1, by="Owner")
        actions.release(session)
    run_jobs()
    assert state(database, paused) == ("waiting", "pause")
    with database.reading() as session:
        pause = queries.pause_of(session, 1)
    assert pause is not None
    assert (pause.answer, pause.answered_by) == ("keep", "Owner")


def test_an_answered_address_is_not_asked_about_again_but_another_one_is(database, paused):
    with database.writing() as session:
        actions.resume_store(session, 1, by="Owner")
        actions.pause_for_address(session, 1, "https://staging.shop.example")
        assert queries.pause_of(session, 1) is None
        actions.pause_for_address(session, 1, "https://copy.shop.example")
        assert queries.pause_of(session, 1) is not None


def test_a_pause_by_hand_holds_and_resumes_in_the_same_way(database, run_jobs, mail):
    with database.writing() as session:
        actions.pause_store(session, 1, "moving house")
    letter_id = handed_in(database)
    run_jobs()
    assert state(database, letter_id) == ("waiting", "pause")
    with database.writing() as session:
        actions.resume_store(session, 1)
    run_jobs()
    assert len(mail.letters) == 1


def test_resuming_a_store_that_is_not_paused_releases_nothing(database, run_jobs):
    with database.writing() as session:
        actions.resume_store(session, 1)
    assert run_jobs.waiting() == []


def test_silent_letters_wait_for_a_word_and_are_not_released_with_the_others(database, run_jobs, mail):
    silent = handed_in(database, silent_until_released=True)
    one_by_one = handed_in(database, cause="invoice:1:1002", silent_until_released=True)
    run_jobs()
    with database.writing() as session:
        assert actions.release(session) == 0
    run_jobs()
    assert state(database, silent) == ("waiting", "release")
    with database.writing() as session:
        actions.send_now(session, one_by_one)
    run_jobs()
    assert len(mail.letters) == 1
    with database.writing() as session:
        assert actions.release(session, silent=True) == 1
    run_jobs()
    assert state(database, silent) == ("sent", "")


def test_releasing_silent_letters_of_a_paused_store_sends_none(database, run_jobs, mail):
    with database.writing() as session:
        actions.pause_store(session, 1, "moving house")
    silent = handed_in(database, silent_until_released=True)
    with database.writing() as session:
        actions.release(session, silent=True)
    run_jobs()
    assert state(database, silent) == ("waiting", "pause")
    assert mail.letters == []


def test_many_waiting_letters_are_released_batch_by_batch(database, run_jobs, mail, mail_settings):
    mail_settings.smtp_host = ""
    for number in range(actions.BATCH * 2 + 10):
        handed_in(database, cause=f"invoice:1:{number}")
    run_jobs(at_most=1000)
    mail_settings.smtp_host = "127.0.0.1"
    with database.writing() as session:
        assert actions.release(session) == actions.BATCH * 2 + 10
    run_jobs(at_most=1000)
    assert len(mail.letters) == actions.BATCH * 2 + 10
    assert len(set(mail.message_ids)) == actions.BATCH * 2 + 10
