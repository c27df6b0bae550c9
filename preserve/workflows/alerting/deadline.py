"""A deadline for a whole conversation.  The timeout of a socket begins anew with every octet that comes."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from preserve.workflows.alerting.message import CannotSend


def within(seconds: float, talk: Callable[[], str]) -> str:
    """What *talk* answers, or raises, if it ends in so many *seconds*; ``CannotSend`` if it does not.

    A name server or a server that keeps it talking then talks to a thread that nobody listens to any more, and that
    ends with the program at the latest.
    """
    answers: list[str] = []
    errors: list[BaseException] = []

    def conversation() -> None:
        try:
            answers.append(talk())
        except BaseException as error:  # noqa: BLE001  whoever waits for it raises it
            errors.append(error)

    thread = Thread(target=conversation, name="alert", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise CannotSend(f"the server had not taken it after {seconds:g} seconds")
    if errors:
        raise errors[0]
    return answers[0]
