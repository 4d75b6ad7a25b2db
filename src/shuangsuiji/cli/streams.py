"""The two streams of the process: what they cannot show is replaced, and what they do not take is remembered.

A reader may go away (``| head -1``) and a disk may be full while a command speaks. What it does and what it finds must not depend
on that: a `verify` that has found something wrong ends with 10, whoever has stopped listening. So a command never meets an error
of a stream of the process; whoever ends the run asks here whether there was one.
"""

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO


class Unwritten:
    """The first error of either stream, if there was one."""

    error: OSError | None = None

    @property
    def left(self) -> bool:
        """Whether it is only that nobody reads any more, and nobody has to be told."""
        return self.error is not None and self.error.errno == errno.EPIPE


class _Faithful(io.RawIOBase):
    """Writes to `raw` as long as that works, and passes over the rest: half a result is not followed by its last third."""

    def __init__(self, raw: io.RawIOBase, unwritten: Unwritten, after_the_other: bool) -> None:
        self._raw = raw
        self._unwritten = unwritten
        self._after_the_other = after_the_other
        self._failed = False

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def isatty(self) -> bool:
        return self._raw.isatty()

    def write(self, data: Any) -> int:
        """All of `data`, or none of it counts; the length either way."""
        rest = memoryview(data).cast("B")
        length = len(rest)
        if self._failed or (self._after_the_other and self._unwritten.error is not None):
            return length
        try:
            while rest:
                written = self._raw.write(rest)
                if written is None:  # a terminal or a pipe that somebody made non-blocking, and that is full
                    raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
                rest = rest[written:]
        except OSError as error:
            self._failed = True
            self._unwritten.error = self._unwritten.error or error
        return length


@contextlib.contextmanager
def faithful_streams() -> Iterator[Unwritten]:
    """stdout and stderr as above while a command runs, and as they were when it has ended.

    When stderr takes no more, stdout says no more: a result without the warnings that go with it is no result. The other way
    round stderr goes on, to say that the result was not written.
    """
    prepare_streams()
    unwritten = Unwritten()
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (_faithful(one, unwritten, one is sys.stdout) for one in before)
    try:
        yield unwritten
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        sys.stdout, sys.stderr = before


def _faithful(stream: TextIO, unwritten: Unwritten, after_the_other: bool) -> TextIO:
    buffer = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)  # the buffer itself is raw under `python -u`
    if not isinstance(stream, io.TextIOWrapper) or not isinstance(raw, io.RawIOBase):
        return stream  # not a stream of the process, but of whoever called
    stream.flush()
    faithful = _Faithful(raw, unwritten, after_the_other)
    return io.TextIOWrapper(
        faithful if buffer is raw else io.BufferedWriter(faithful),  # type: ignore[type-var]
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )


def prepare_streams() -> None:
    """What a console cannot show is replaced, never a crash; a stream that is closed swallows what is written to it."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def drop_what_fails() -> bool:
    """So that the interpreter's own flush at the end does not fail too, which would make the status 120. Whether anything did."""
    failed = False
    for stream in (sys.stdout, sys.stderr):
        if stream is None:
            continue
        try:
            stream.flush()
        except (OSError, ValueError):
            failed = True
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return failed
