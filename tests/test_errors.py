"""Every error has a code of its own and an exit status that scripts can rely on."""

import errno
import pickle
from collections.abc import Iterator

from preserve import errors
from preserve.errors import PreserveError


def tree(root: type[PreserveError]) -> Iterator[type[PreserveError]]:
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


def test_no_two_errors_share_a_code() -> None:
    codes = [error.code for error in tree(PreserveError)]
    assert len(codes) == len(set(codes))


def test_no_two_branches_share_an_exit_status() -> None:
    heads = [error for error in tree(PreserveError) if "exit_code" in vars(error)]
    statuses = [error.exit_code for error in heads]
    assert statuses == [1, 2, 3, 10, 11, 12, 20, 21, 22, 23, 30, 31, 130]


def test_the_picture_at_the_top_of_the_file_shows_every_error_once() -> None:
    drawn = [word for line in (errors.__doc__ or "").splitlines() if line.startswith("    ") for word in line.split()]
    for error in tree(PreserveError):
        assert drawn.count(error.__name__) == 1


def test_an_error_that_passes_between_processes_keeps_why_the_system_refused() -> None:
    error = errors.NotABag("It cannot be opened.", hint="Look at the disk.")
    error.__cause__ = OSError(errno.EIO, "Input/output error")
    told = pickle.loads(pickle.dumps(error))  # noqa: S301  our own
    assert (type(told), told.message, told.hint) == (errors.NotABag, error.message, error.hint)
    assert isinstance(told.__cause__, OSError)
    assert told.__cause__.errno == errno.EIO
    error.__cause__ = ValueError("with something that cannot be sent", lambda: None)
    assert pickle.loads(pickle.dumps(error)).__cause__ is None  # noqa: S301  our own
