"""Handing letters in, letting them go, setting them aside; what holds sending back."""

import threading

import pytest

from outbox import actions, queries
from outbox.errors import LetterIsOnItsWay, LetterNotFound, NotThisClass

from .factories import new_letter
from .steps import handed_in, state

pytestmark = pytest.mark.database


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
