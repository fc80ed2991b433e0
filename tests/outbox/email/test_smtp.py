"""Real talks with a mail server: what leaves, what is refused, and the sentence for every fault."""

import time

import pytest

from outbox.email.smtp import SmtpMailer
from tests.outbox.mailserver import MailServer, running

from .talks import said, send

# -- what leaves -------------------------------------------------------------------------------------------------


def test_a_letter_is_taken_by_a_plain_server(mailer, mail):
    outcome = send(mailer)
    assert outcome.kind == "accepted"
    assert "250 taken as 1" in said(outcome)
    assert mail.envelopes == [("orders@shop.example", ["minji@example.com"])]
    assert mail.letters[0]["Subject"] == "주문 1001의 인보이스"


def test_a_line_of_one_dot_does_not_end_the_letter(mailer, mail):
    send(mailer, text="before\n.\nafter\n")
    text = mail.letters[0].get_body(("plain",)).get_content()
    assert text.splitlines() == ["before", ".", "after"]


def test_a_letter_leaves_through_starttls_and_login(mail_settings, secured, trust):
    assert send(SmtpMailer(mail_settings, trust=trust)).kind == "accepted"
    assert secured.logins == ["orders"]
    assert len(secured.letters) == 1


def test_a_letter_leaves_through_tls_from_the_first_byte(mail_settings, server_side, trust):
    with running(MailServer(), ssl_context=server_side) as server:
        mail_settings.smtp_port, mail_settings.smtp_security = server.port, "tls"
        assert send(SmtpMailer(mail_settings, trust=trust)).kind == "accepted"
        assert len(server.letters) == 1


def test_an_address_in_korean_leaves_where_the_server_knows_utf8(mail_settings):
    with running(MailServer(), enable_SMTPUTF8=True) as server:
        mail_settings.smtp_port = server.port
        assert send(SmtpMailer(mail_settings), to_address="민지@한국.kr").kind == "accepted"
        assert server.envelopes[0][1] == ["민지@xn--3e0b707e.kr"]


def test_a_korean_domain_leaves_in_its_ascii_form_everywhere(mailer, mail):
    assert send(mailer, to_address="minji@한국.kr").kind == "accepted"
    assert mail.envelopes[0][1] == ["minji@xn--3e0b707e.kr"]


def test_a_reply_address_that_cannot_be_used_is_left_out(mailer, mail):
    assert send(mailer, reply_to="ask us").kind == "accepted"
    assert "Reply-To" not in mail.letters[0]


# -- this letter is refused --------------------------------------------------------------------------------------


def test_an_address_in_korean_is_refused_in_words_where_the_server_knows_only_latin(mail_settings):
    with running(MailServer(), enable_SMTPUTF8=False) as server:
        mail_settings.smtp_port = server.port
        outcome = send(SmtpMailer(mail_settings), to_address="민지@example.com")
    assert outcome.kind == "refused"
    assert "only addresses in Latin letters" in said(outcome)
    assert server.asked == []


def test_a_text_that_is_no_address_is_refused_without_a_talk(mailer, mail):
    outcome = send(mailer, to_address="minji at example")
    assert outcome.kind == "refused"
    assert "minji at example is not an e-mail address" in said(outcome)
    assert mail.asked == []


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("rcpt", "550 5.1.1 no such user"),
        ("rcpt", "553 mailbox name not allowed"),
        ("data", "554 5.7.1 looks like unwanted mail"),
        ("mail", "552 5.3.4 message size exceeds fixed limit"),
    ],
)
def test_a_refusal_of_the_letter_is_final_and_shows_the_servers_words(mailer, mail, step, answer):
    mail.answers[step] = [answer]
    outcome = send(mailer)
    assert outcome.kind == "refused"
    assert answer in said(outcome)
    assert mail.letters == []


def test_the_servers_words_are_shown_short_and_on_one_line(mailer, mail):
    mail.answers["rcpt"] = ["550 " + "no " * 150]
    sentence = said(send(mailer))
    assert len(sentence) < 350
    assert "\n" not in sentence


# -- this letter is put off --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "answer"), [("rcpt", "451 4.7.1 greylisted"), ("data", "452 4.2.2 mailbox full")]
)
def test_a_letter_that_is_put_off_leaves_at_the_next_try(mailer, mail, step, answer):
    mail.answers[step] = [answer]
    outcome = send(mailer)
    assert outcome.kind == "later"
    assert answer in said(outcome)
    assert send(mailer).kind == "accepted"


def test_a_connection_that_breaks_in_the_middle_of_the_letter_puts_it_off(mailer, mail):
    mail.answers["data"] = ["drop"]
    outcome = send(mailer)
    assert outcome.kind == "later"
    assert "broke while the letter was on its way" in said(outcome)


def test_a_server_that_falls_silent_after_the_letter_puts_it_off_in_time(mail_settings, mail):
    mail_settings.mail_timeout_seconds = 0.3
    mail.answers["data"] = ["hang"]
    began = time.monotonic()
    assert send(SmtpMailer(mail_settings)).kind == "later"
    assert time.monotonic() - began < 5


# -- looking without sending -------------------------------------------------------------------------------------


def test_a_check_goes_all_the_way_and_sends_nothing(mail_settings, secured, trust):
    outcome = SmtpMailer(mail_settings, trust=trust).check()
    assert outcome.kind == "accepted"
    assert "takes letters from orders@shop.example" in said(outcome)
    assert secured.asked == ["mail"]
    assert secured.logins == ["orders"]


def test_a_check_finds_a_refused_sender(mailer, mail):
    mail.answers["mail"] = ["550 5.7.1 not your address"]
    outcome = mailer.check()
    assert outcome.kind == "closed"
    assert "AFTERCART_MAIL_FROM" in said(outcome)


def test_a_check_tries_although_letters_rest(mail_settings, mail):
    mailer = SmtpMailer(mail_settings)
    mail.answers["mail"] = ["421 4.3.2 closing down"]
    assert send(mailer).kind == "closed"
    assert mailer.check().kind == "accepted"
