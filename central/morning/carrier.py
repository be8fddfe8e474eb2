"""Did the mail server take it, and if not, is it worth asking again?

    NotSent      the words are for an administrator
      permanent  this mail, to this address, will never be taken
      for_all    the server is away, hangs or is wrongly set up: the others wait as well
      else       this mail is not taken now: ask again

Only what is said of the address or of the mail itself is for good. That nobody may log
in, or that the sender is not liked, is a matter of settings: it may be mended before
noon.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

MAIL_S = 60.0  # for the whole of one mail, however slowly replies trickle in
WORDS_CHARS = 200
CLOSING = 421  # "service not available", whomever the mail is for
SLOW = "the mail server did not answer in time"


class NotSent(Exception):
    """One mail was not taken, or nobody knows whether it was."""

    def __init__(
        self, words: str, *, permanent: bool = False, for_all: bool = False
    ) -> None:
        super().__init__(words)
        self.permanent, self.for_all = permanent, for_all


class Smtp(EmailBackend):
    """Django's, and no conversation goes on for ever."""

    def __init__(self, *words: Any, **named: Any) -> None:
        super().__init__(*words, **named)
        self._live: smtplib.SMTP | None = None
        self.was_cut = False

    @property
    def connection_class(self) -> Any:
        kind, owner = super().connection_class, self

        class Watched(kind):  # type: ignore[misc, valid-type]  # one of smtplib's two
            def _get_socket(self, *where: Any) -> socket.socket:
                owner._live = self
                came: socket.socket = super()._get_socket(*where)
                return came

        return Watched

    def cut(self) -> None:
        """End the conversation from another thread: whoever reads from it wakes."""
        self.was_cut = True
        sock = getattr(self._live, "sock", None)
        if sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    def drop(self) -> None:
        """Forget the conversation, without a word to the other side."""
        if self._live is not None:
            with suppress(OSError):
                self._live.close()
        self.connection = self._live = None
        vars(self)["_partial_connection"] = None  # Django's, of one half opened


def carry(way: BaseEmailBackend, mail: EmailMessage) -> None:
    """Hand this mail over; NotSent where that did not come to a good end."""
    try:
        with _in_time(way):
            way.open()
            way.send_messages([mail])
    except Exception as error:
        hang_up(way)
        if isinstance(way, Smtp) and way.was_cut:
            raise NotSent(SLOW, for_all=True) from error
        raise _not_sent(error) from error


def goodbye(way: BaseEmailBackend) -> None:
    """End the conversation as one does; a server that does not answer is not waited
    for."""
    try:
        with _in_time(way):
            way.close()
    except OSError:
        hang_up(way)


def hang_up(way: BaseEmailBackend) -> None:
    """Whatever is left of a conversation, without waiting for the other side."""
    if isinstance(way, Smtp):
        way.drop()
    else:
        way.close()


@contextmanager
def _in_time(way: BaseEmailBackend) -> Iterator[None]:
    if not isinstance(way, Smtp):
        yield
        return
    timer = Timer(MAIL_S, way.cut)
    timer.daemon, way.was_cut = True, False
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _not_sent(error: Exception) -> NotSent:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        words = f"address refused: {_said(code, reply)}"
        return NotSent(words, permanent=_ends(code), for_all=code == CLOSING)
    if isinstance(error, smtplib.SMTPDataError):
        words = f"mail refused: {_said(error.smtp_code, error.smtp_error)}"
        code = error.smtp_code
        return NotSent(words, permanent=_ends(code), for_all=code == CLOSING)
    if isinstance(error, OSError):  # all of smtplib's are
        return NotSent(_of_the_server(error), for_all=True)
    if isinstance(error, ValueError):  # of headers and addresses, Unicode's included
        return NotSent("the address cannot be written to", permanent=True)
    raise error


def _of_the_server(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        reply = _said(error.smtp_code, error.smtp_error)
        return f"the mail server does not take mails from us: {reply}"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return f"the mail server cannot do what is set: {error}"
    if isinstance(error, ssl.SSLError):
        return f"no safe connection to the mail server: {error.reason}"
    # smtplib makes of a reply that did not come a server that has gone.
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return SLOW
    kind = type(error).__name__
    return f"the mail server cannot be reached, or hung up ({kind})"


def _ends(code: int) -> bool:
    return 500 <= code < 600


def _said(code: int, words: bytes | str) -> str:
    """A reply as the server gave it, fit for a page."""
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else words
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"{code} {text}"[:WORDS_CHARS]
