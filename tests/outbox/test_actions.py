"""Handing letters in, letting them go, setting them aside; what holds sending back."""

import threading

import pytest

from outbox import actions, queries
from outbox.errors import LetterIsOnItsWay, LetterNotFound, NotThisClass
from outbox.jobs import pause_for_address

from .factories import new_letter

pytestmark = pytest.mark.database


def state(database, letter_id):
    with database.reading() as session:
        letter = queries.letter(session, letter_id)
    return letter.state, letter.waiting_for


def handed_in(database, **changes):
    with database.writing() as session:
        return actions.hand_in(session, new_letter(**changes))


# -- handing in --------------------------------------------------------------------------------------------------


def test_the_same_cause_makes_one_letter_and_one_job(database, run_jobs):
    first = handed_in(database)
    second = handed_in(database, subject="another text", to_address="other@example.com")
    assert first == second
    with database.reading() as session:
        assert queries.letter(session, first).subject == "주문 1001의 인보이스"
        assert sum(queries.counts(session).values()) == 1
    assert run_jobs.waiting() == ["outbox.send"]


def test_twenty_hand_ins_of_one_cause_at_the_same_time_make_one_letter(database, run_jobs):
    numbers, begin = [], threading.Barrier(20)

    def take_part():
        begin.wait()
        numbers.append(handed_in(database))

    threads = [threading.Thread(target=take_part) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 20
    assert len(set(numbers)) == 1
    assert run_jobs.waiting() == ["outbox.send"]


def test_a_hand_in_that_is_rolled_back_leaves_neither_letter_nor_job(database, run_jobs):
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        actions.hand_in(session, new_letter())
        raise ZeroDivisionError
    assert run_jobs.waiting() == []
    with database.reading() as session:
        assert queries.letter_of_cause(session, "invoice:1:1001") is None


def test_a_hand_in_after_the_letter_was_sent_sends_nothing(database, run_jobs, mail):
    handed_in(database)
    run_jobs()
    handed_in(database)
    assert run_jobs.waiting() == []
    assert len(mail.letters) == 1


@pytest.mark.parametrize("purpose", ["invoice", "test"])
def test_advertising_is_refused_until_consent_is_kept(database, purpose):
    with pytest.raises(NotThisClass, match="consented"):
        handed_in(database, purpose=purpose, legal_class="advertising")


@pytest.mark.parametrize(
    ("purpose", "legal_class"),
    [("invoice", "service"), ("alert", "transactional"), ("newsletter", "service"), ("invoice", "")],
)
def test_a_letter_cannot_be_of_a_class_that_its_purpose_does_not_have(database, purpose, legal_class):
    with pytest.raises(NotThisClass):
        handed_in(database, purpose=purpose, legal_class=legal_class)


def test_letters_are_found_by_cause_and_by_order(database):
    first, second = (
        handed_in(database),
        handed_in(database, cause="credit-note:1:1001", purpose="credit_note"),
    )
    handed_in(database, cause="invoice:1:1002", order_id=1002)
    with database.reading() as session:
        found = queries.letter_of_cause(session, "credit-note:1:1001")
        assert found is not None
        assert found.id == second
        assert [letter.id for letter in queries.letters_of_order(session, 1001)] == [first, second]


# -- one letter --------------------------------------------------------------------------------------------------


def test_a_letter_that_was_set_aside_is_not_sent_until_it_is_wanted_again(database, run_jobs, mail):
    letter_id = handed_in(database)
    with database.writing() as session:
        actions.cancel(session, letter_id)
    run_jobs()
    assert mail.letters == []
    assert state(database, letter_id) == ("cancelled", "")
    with database.writing() as session:
        actions.send_now(session, letter_id)
    run_jobs()
    assert len(mail.letters) == 1


def test_a_letter_that_was_sent_can_neither_be_sent_again_nor_set_aside(database, run_jobs, mail):
    letter_id = handed_in(database)
    run_jobs()
    for act in (actions.send_now, actions.cancel):
        with pytest.raises(LetterIsOnItsWay), database.writing() as session:
            act(session, letter_id)
    assert state(database, letter_id) == ("sent", "")


def test_a_failed_letter_is_sent_when_it_is_tried_again(database, run_jobs, mail):
    letter_id = handed_in(database)
    mail.answers["rcpt"] = ["550 5.1.1 no such user"]
    run_jobs()
    assert state(database, letter_id) == ("failed", "")
    with database.writing() as session:
        actions.send_now(session, letter_id)
    run_jobs()
    assert state(database, letter_id) == ("sent", "")
    with database.reading() as session:
        assert queries.letter(session, letter_id).problem == ""
        assert [attempt.outcome for attempt in queries.attempts_of(session, letter_id)] == [
            "refused",
            "accepted",
        ]


def test_a_letter_that_does_not_exist_is_not_found(database):
    for act in (actions.send_now, actions.cancel):
        with pytest.raises(LetterNotFound), database.writing() as session:
            act(session, 404)


# -- what holds letters back -------------------------------------------------------------------------------------


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
