"""The sentence for every reason why no letter can leave: it names the setting to look at."""

import socket
import time

import pytest

from outbox.email.smtp import SmtpMailer
from tests.outbox.mailserver import speaking_first

from .talks import said, send


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
