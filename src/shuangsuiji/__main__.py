"""The program's entry: `shuangsuiji` and `python -m shuangsuiji`.

It imports nothing before an interrupt can be caught, so that Ctrl-C ends with 130 and a line of words at any time.
"""

import sys


def main() -> None:
    """Run, and exit with one of the statuses of `model.problems.Status`."""
    try:
        from shuangsuiji.cli.ending import tell_of_bug
        from shuangsuiji.cli.main import main as command

        try:
            status = command()
        finally:
            sys.excepthook = tell_of_bug  # not before: the framework puts one of its own there, that shows what was in the data
    except KeyboardInterrupt:  # while modules were read, or a second one while the first was being answered
        if sys.stderr is not None:  # it is None where the caller closed it
            sys.stderr.write("\n已中断。再次运行同一命令即可继续。\n")
        status = 130
    import os
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is said; what remains is the interpreter's own tidying up
    if status == 130:
        # an interrupt that came inside a string being executed (dataclasses do that) makes CPython end by the signal itself,
        # although it was caught; a status is what schedulers read
        from shuangsuiji.cli.streams import drop_what_fails

        drop_what_fails()
        os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    main()
