"""Real talks with a mail server: what leaves, what is refused, and the sentence for every fault."""

import socket
import time

import pytest

from core.languages import speaking
from outbox.email.smtp import SmtpMailer
from outbox.mailer import Outcome
from tests.outbox.factories import outgoing
from tests.outbox.mailserver import MailServer, running, speaking_first


def send(mailer: SmtpMailer, **changes) -> Outcome:
    return mailer.send(outgoing(**changes))


def said(outcome: Outcome) -> str:
    with speaking("en"):
        return str(outcome.sentence)


@pytest.fixture
def secured(mail_settings, server_side):
    """Runs a server that speaks STARTTLS and wants a login, and points the settings to it."""
    server = MailServer()
    with running(
        server,
        tls_context=server_side,
        require_starttls=True,
        authenticator=server.authenticate,
        auth_required=True,
    ):
        mail_settings.smtp_port = server.port
        mail_settings.smtp_security = "starttls"
        mail_settings.smtp_user = "orders"
        mail_settings.smtp_password = type(mail_settings.smtp_password)("geheim")
        yield server


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


# -- no letter can leave -----------------------------------------------------------------------------------------


def closed(mailer: SmtpMailer) -> str:
    outcome = send(mailer)
    assert outcome.kind == "closed"
    assert said(mailer.check()) == said(outcome)
    return said(outcome)


def test_without_a_host_the_setting_is_named(mail_settings):
    mail_settings.smtp_host = ""
    assert "AFTERCART_SMTP_HOST" in closed(SmtpMailer(mail_settings))


def test_without_a_sender_the_setting_is_named(mail_settings):
    mail_settings.mail_from = "orders"
    assert "AFTERCART_MAIL_FROM" in closed(SmtpMailer(mail_settings))


def test_an_unknown_host_is_named_with_its_setting(mail_settings, monkeypatch):
    def unknown(*_args, **_given):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    mail_settings.smtp_host = "mial.shop.example"
    sentence = closed(SmtpMailer(mail_settings))
    assert "mial.shop.example" in sentence
    assert "AFTERCART_SMTP_HOST" in sentence


def test_a_name_server_that_is_away_is_not_blamed_on_a_setting(mail_settings, monkeypatch):
    def away(*_args, **_given):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", away)
    sentence = closed(SmtpMailer(mail_settings))
    assert "at present" in sentence
    assert "AFTERCART" not in sentence


def test_a_port_where_nobody_listens_is_named_with_its_setting(mail_settings):
    with socket.create_server(("127.0.0.1", 0)) as free:
        mail_settings.smtp_port = free.getsockname()[1]
    sentence = closed(SmtpMailer(mail_settings))
    assert f"refuses connections on port {mail_settings.smtp_port}" in sentence
    assert "AFTERCART_SMTP_PORT" in sentence


def test_a_server_that_never_greets_is_given_up_in_time(mail_settings):
    mail_settings.mail_timeout_seconds = 0.3
    with speaking_first(None) as port:
        mail_settings.smtp_port = port
        began = time.monotonic()
        sentence = closed(SmtpMailer(mail_settings))
    assert "did not answer" in sentence
    assert "0.3 seconds" in sentence
    assert time.monotonic() - began < 5


def test_a_server_that_hangs_up_at_once_points_to_port_and_security(mail_settings):
    with speaking_first(b"") as port:
        mail_settings.smtp_port = port
        sentence = closed(SmtpMailer(mail_settings))
    assert "AFTERCART_SMTP_PORT and AFTERCART_SMTP_SECURITY" in sentence


def test_a_server_that_greets_with_a_refusal_is_quoted(mail_settings):
    with speaking_first(b"554 5.3.2 no service for you\r\n") as port:
        mail_settings.smtp_port = port
        assert "554 5.3.2 no service for you" in closed(SmtpMailer(mail_settings))


def test_a_server_without_starttls_points_to_the_setting(mail_settings, trust):
    mail_settings.smtp_security = "starttls"
    sentence = closed(SmtpMailer(mail_settings, trust=trust))
    assert "offers no STARTTLS" in sentence
    assert "AFTERCART_SMTP_SECURITY" in sentence


def test_tls_to_a_plain_port_points_to_the_setting(mail_settings, trust):
    mail_settings.smtp_security = "tls"
    sentence = closed(SmtpMailer(mail_settings, trust=trust))
    assert "does not speak TLS" in sentence
    assert "AFTERCART_SMTP_SECURITY" in sentence


def test_a_certificate_that_nobody_vouches_for_gets_no_letter(mail_settings, secured):
    sentence = closed(SmtpMailer(mail_settings))
    assert "certificate" in sentence
    assert "self-signed" in sentence
    assert secured.logins == []


def test_a_certificate_for_another_name_gets_no_letter(mail_settings, secured, trust, monkeypatch):
    found = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *given, **more: found("127.0.0.1", *given, **more)
    )
    mail_settings.smtp_host = "mail.shop.example"
    sentence = closed(SmtpMailer(mail_settings, trust=trust))
    assert "mail.shop.example" in sentence
    assert "AFTERCART_SMTP_HOST" in sentence
    assert secured.letters == []


def test_a_wrong_password_names_both_settings_and_never_the_password(mail_settings, secured, trust):
    mail_settings.smtp_password = type(mail_settings.smtp_password)("richtig?")
    sentence = closed(SmtpMailer(mail_settings, trust=trust))
    assert "refused the login as orders" in sentence
    assert "535" in sentence
    assert "AFTERCART_SMTP_USER and AFTERCART_SMTP_PASSWORD" in sentence
    assert "richtig" not in sentence


def test_a_server_without_login_points_to_the_setting(mail_settings, mail):
    mail_settings.smtp_user = "orders"
    assert "offers no login" in closed(SmtpMailer(mail_settings))


@pytest.mark.parametrize(
    ("step", "answer", "setting"),
    [
        ("mail", "553 5.7.1 sender address rejected: not owned by user", "AFTERCART_MAIL_FROM"),
        ("mail", "530 5.7.0 authentication required", "AFTERCART_SMTP_USER"),
        ("rcpt", "554 5.7.1 relay access denied", "AFTERCART_SMTP_USER"),
        ("rcpt", "421 4.3.2 closing down", "at present"),
        ("mail", "451 4.3.0 try again later", "at present"),
        ("data", "421 4.3.2 closing down", "at present"),
    ],
)
def test_a_refusal_of_us_is_not_blamed_on_the_letter(mailer, mail, step, answer, setting):
    mail.answers[step] = [answer]
    outcome = send(mailer)
    assert outcome.kind == "closed"
    assert setting in said(outcome)
    assert answer in said(outcome)


@pytest.mark.parametrize("step", ["mail", "rcpt"])
def test_a_connection_that_breaks_before_the_letter_is_not_blamed_on_it(mailer, mail, step):
    mail.answers[step] = ["drop"]
    outcome = send(mailer)
    assert outcome.kind == "closed"
    assert "127.0.0.1" in said(outcome)


def test_after_a_closed_server_the_next_letters_do_not_try_at_once(mail_settings, secured, trust):
    mail_settings.smtp_password = type(mail_settings.smtp_password)("wrong")
    mailer = SmtpMailer(mail_settings, trust=trust)
    outcomes = [send(mailer) for _ in range(20)]
    assert {outcome.kind for outcome in outcomes} == {"closed"}
    assert len({said(outcome) for outcome in outcomes}) == 1
    assert 0 < len(secured.logins) < 5, "twenty letters with a wrong password lock an account"


def test_a_server_that_is_back_takes_letters_after_the_rest(mailer, mail):
    mail.answers["mail"] = ["421 4.3.2 closing down"]
    assert send(mailer).kind == "closed"
    assert send(mailer).kind == "accepted"


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
