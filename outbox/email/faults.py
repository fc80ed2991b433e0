"""What a failing talk with a mail server means, in words that name the setting to look at.

Reply codes: RFC 5321 4.2; enhanced codes such as 5.7.8: RFC 3463 and RFC 4954.
"""

import re
import smtplib
import socket
import ssl

from core.languages import Text
from core.logs import without_secrets
from core.settings import Settings
from outbox.mailer import Outcome

# Refusals of a recipient that are about us and not about them: "relay access denied", "authentication required".
ABOUT_US = re.compile(r"relay|authenticat|log ?in|\b5\.7\.(0|8|9|10|11)\b", re.IGNORECASE)
TOO_LARGE = re.compile(r"^552|\b5\.3\.4\b")
CLOSING = 421  # "Service not available, closing transmission channel": about the server, whatever was asked.
LONGEST_WORDS = 300
TLS_PORT = 465

Reply = tuple[int, bytes]


class Stopped(Exception):
    """The talk cannot go on; `outcome` says what that means for the letter."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(str(outcome.sentence))
        self.outcome = outcome


def words(reply: Reply | Exception) -> str:
    """The server's own words, code and text on one line; for other failures what the system says."""
    if isinstance(reply, smtplib.SMTPResponseException):
        said = reply.smtp_error
        return words((reply.smtp_code, said if isinstance(said, bytes) else str(said).encode()))
    if isinstance(reply, Exception):
        text = (reply.strerror if isinstance(reply, OSError) else None) or str(reply)
    else:
        text = f"{reply[0]} {reply[1].decode('utf-8', 'replace')}"
    return without_secrets(" ".join(text.split()))[:LONGEST_WORDS].rstrip(".")


def _closed(settings: Settings, sentence: Text, **values: object) -> Outcome:
    """No letter can leave; the sentence may also name host and port."""
    return Outcome(
        "closed", Text(sentence.message, host=settings.smtp_host, port=settings.smtp_port, **values)
    )


def of_connecting(problem: Exception, settings: Settings) -> Outcome:
    """Nobody there, nobody who greets, or nobody who can prove the name."""
    if isinstance(problem, socket.gaierror):
        return _of_name(problem, settings)
    if isinstance(problem, ConnectionRefusedError):
        return _closed(
            settings,
            Text(
                "The mail server %(host)s refuses connections on port %(port)s. Check AFTERCART_SMTP_PORT, or whether the server runs."
            ),
        )
    if isinstance(problem, ssl.SSLError):
        return _of_tls(problem, settings)
    if isinstance(problem, smtplib.SMTPResponseException):
        return _closed(
            settings, Text("The mail server %(host)s takes no letters: %(words)s."), words=words(problem)
        )
    if _timed_out(problem) or isinstance(problem, smtplib.SMTPServerDisconnected):
        return _of_silence(settings, timed_out=_timed_out(problem))
    return _closed(
        settings, Text("The mail server %(host)s cannot be reached: %(words)s."), words=words(problem)
    )


def _of_name(problem: socket.gaierror, settings: Settings) -> Outcome:
    if problem.errno == socket.EAI_AGAIN:
        return _closed(settings, Text("The name of the mail server %(host)s cannot be looked up at present."))
    return _closed(settings, Text("There is no mail server named %(host)s. Check AFTERCART_SMTP_HOST."))


def _of_silence(settings: Settings, *, timed_out: bool = True) -> Outcome:
    if not timed_out:
        return _closed(
            settings,
            Text(
                "The mail server %(host)s ended the connection on port %(port)s at once. Check AFTERCART_SMTP_PORT and AFTERCART_SMTP_SECURITY."
            ),
        )
    if settings.smtp_port == TLS_PORT and settings.smtp_security != "tls":
        return _closed(
            settings,
            Text(
                "The mail server %(host)s is silent: port %(port)s expects TLS from the first byte. Set AFTERCART_SMTP_SECURITY=tls."
            ),
        )
    return _closed(
        settings,
        Text(
            "The mail server %(host)s did not answer on port %(port)s within %(seconds)s seconds. Check AFTERCART_SMTP_HOST, AFTERCART_SMTP_PORT and the firewall."
        ),
        seconds=f"{settings.mail_timeout_seconds:g}",
    )


def _of_tls(problem: ssl.SSLError, settings: Settings) -> Outcome:
    if isinstance(problem, ssl.SSLCertVerificationError):
        return _closed(
            settings,
            Text(
                "The certificate of the mail server %(host)s is not valid: %(words)s. AFTERCART_SMTP_HOST must be the name that stands in the certificate."
            ),
            words=problem.verify_message.rstrip("."),
        )
    return _closed(
        settings,
        Text(
            "The mail server %(host)s does not speak TLS on port %(port)s. Check AFTERCART_SMTP_SECURITY and AFTERCART_SMTP_PORT."
        ),
    )


def of_securing(problem: Exception, settings: Settings) -> Outcome:
    """The connection stands, but could not be protected."""
    if isinstance(problem, smtplib.SMTPNotSupportedError):
        return _closed(
            settings,
            Text(
                "The mail server %(host)s offers no STARTTLS on port %(port)s. Check AFTERCART_SMTP_SECURITY and AFTERCART_SMTP_PORT."
            ),
        )
    return of_connecting(problem, settings)


def of_login(problem: Exception, settings: Settings) -> Outcome:
    """The server does not know us, or offers no way to tell."""
    if isinstance(problem, smtplib.SMTPNotSupportedError):
        return _closed(
            settings,
            Text(
                "The mail server %(host)s offers no login on this connection. Check AFTERCART_SMTP_SECURITY, or leave AFTERCART_SMTP_USER empty."
            ),
        )
    if isinstance(problem, smtplib.SMTPAuthenticationError) and problem.smtp_code >= 500:
        return _closed(
            settings,
            Text(
                "The mail server %(host)s refused the login as %(user)s: %(words)s. Check AFTERCART_SMTP_USER and AFTERCART_SMTP_PASSWORD."
            ),
            user=settings.smtp_user,
            words=words(problem),
        )
    return of_connecting(problem, settings)


def of_sender(reply: Reply, settings: Settings) -> Outcome:
    """The server does not want letters from our address; a letter that is too large is refused alone."""
    said = words(reply)
    if TOO_LARGE.search(said):
        return _too_large(said)
    if reply[0] == 530 or ABOUT_US.search(said):
        return _wants_login(said, settings)
    if reply[0] >= 500:
        return _closed(
            settings,
            Text(
                "The mail server %(host)s refused the sender %(sender)s: %(words)s. Check AFTERCART_MAIL_FROM."
            ),
            sender=settings.mail_from,
            words=said,
        )
    return _closed(
        settings, Text("The mail server %(host)s takes no letters at present: %(words)s."), words=said
    )


def of_recipient(reply: Reply, settings: Settings) -> Outcome:
    """The server does not want a letter to this address."""
    said = words(reply)
    if reply[0] == CLOSING:
        return of_sender(reply, settings)
    if reply[0] >= 500 and ABOUT_US.search(said):
        return _wants_login(said, settings)
    return of_content(reply, settings)


def of_content(reply: Reply, settings: Settings) -> Outcome:
    """The server does not want this letter, for good (5xx) or for now (4xx)."""
    said = words(reply)
    if reply[0] == CLOSING:
        return of_sender(reply, settings)
    if TOO_LARGE.search(said):
        return _too_large(said)
    if reply[0] >= 500:
        return Outcome("refused", Text("The mail server refused the letter: %(words)s.", words=said))
    return Outcome("later", Text("The mail server put the letter off: %(words)s.", words=said))


def of_breaking_off(problem: Exception, settings: Settings, *, during_content: bool) -> Outcome:
    """The connection broke, or the server fell silent, in the middle of the talk."""
    if during_content:
        return Outcome(
            "later", Text("The connection to the mail server broke while the letter was on its way.")
        )
    if _timed_out(problem):
        return _of_silence(settings)
    return _closed(
        settings, Text("The mail server %(host)s broke off the talk: %(words)s."), words=words(problem)
    )


def _too_large(said: str) -> Outcome:
    return Outcome("refused", Text("The letter is too large for the mail server: %(words)s.", words=said))


def _wants_login(said: str, settings: Settings) -> Outcome:
    return _closed(
        settings,
        Text(
            "The mail server %(host)s takes letters only after another login: %(words)s. Check AFTERCART_SMTP_USER and AFTERCART_SMTP_PASSWORD."
        ),
        words=said,
    )


def _timed_out(problem: BaseException | None) -> bool:
    # The library wraps a timeout in "connection unexpectedly closed" and keeps it only as the context.
    return problem is not None and (isinstance(problem, TimeoutError) or _timed_out(problem.__context__))
