"""An option that has one value is given one: of several, none is taken and none is dropped without a word.

Which options those are is read from the tree of commands as the framework has it; what comes of each is what the program says.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import typer
from cli import Desk, desk, tree

from shuangsuiji.cli.main import app


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(commands(typer.main.get_command(app)))
OPTIONS = [(path, one) for path, command in COMMANDS.items() for one in command.params if one.opts[0].startswith("-")]
SINGLE = [(path, one) for path, one in OPTIONS if not one.is_flag and not one.multiple]
ARGUMENTS = {  # what makes the command line whole, where something must stand there
    ("check",): ["plan.yaml"],
    ("plan", "show"): ["plan.yaml"],
    ("plan", "calendar"): ["plan.yaml"],
    ("draw",): ["plan.yaml"],
    ("run",): ["plan.yaml", "--due"],
    ("explain",): ["1"],
    ("ledger", "show"): ["1"],
    **{("pool", name): ["entities.csv"] for name in ("import", "diff", "stats")},
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk whose B1 is drawn; to be read, since nothing here may be done."""
    found = desk(tmp_path_factory.mktemp("office"))
    assert found.type("draw", "plan.yaml", "--batch", "B1", "--seed", "2023").status == 0
    return found


def test_the_tree_of_commands_was_walked_whole() -> None:
    """Expected: counted by hand in the README's table, and options that everybody knows by name."""
    assert len(COMMANDS) == 19
    named = {(" ".join(path), name) for path, one in SINGLE for name in one.opts}
    assert {("draw", "--seed"), ("draw", "--batch"), ("run", "--date"), ("pool stats", "--plan"), ("void", "--reason")} <= named
    assert ("selftest", "--pool") not in named


@pytest.mark.parametrize(("path", "option"), SINGLE, ids=lambda one: " ".join(one) if isinstance(one, tuple) else one.name)
def test_an_option_with_one_value_is_refused_the_second_time(office: Desk, path: tuple[str, ...], option: Any) -> None:
    before = tree(office.folder)
    for name in option.opts:
        for values in (("1", "2"), ("1", "1")):
            ended = office.type(*path, *ARGUMENTS.get(path, []), name, values[0], name, values[1])
            assert (ended.status, ended.stdout) == (2, ""), name
            assert "CLI-001" in ended.stderr
            assert f"{'、'.join(option.opts)} 只能写一次，这里写了 2 次" in ended.stderr
    assert tree(office.folder) == before


@pytest.mark.parametrize(
    "typed",
    [
        ("--seed=a", "--seed", "b"),
        ("--seed", "a", "--batch", "B1", "--seed=a"),
        ("--out", "a.csv", "--seed", "a", "--seed", "b", "--seed", "c"),
        ("--seed", "--seed", "--seed", "--seed"),
    ],
)
def test_it_does_not_matter_how_the_option_is_typed(office: Desk, typed: tuple[str, ...]) -> None:
    ended = office.type("draw", "plan.yaml", *typed)
    assert (ended.status, ended.stdout) == (2, "")
    assert "--seed 只能写一次" in ended.stderr


@pytest.mark.parametrize("typed", [("-o", "a", "--out", "b"), ("-oa", "-ob"), ("--out=a", "-ob")])
def test_a_short_name_and_a_long_one_are_one_option(office: Desk, typed: tuple[str, ...]) -> None:
    ended = office.type("ledger", "checkpoint", *typed)
    assert (ended.status, ended.stdout) == (2, "")
    assert "--out、-o 只能写一次" in ended.stderr


def test_all_that_is_typed_twice_is_named_at_once_and_in_json_too(office: Desk) -> None:
    ended = office.type("draw", "plan.yaml", "--seed", "a", "--batch", "B1", "--seed", "b", "--batch", "B2", "--json")
    assert (ended.status, ended.stderr) == (2, "")
    texts = [problem["text"] for problem in ended.document["problems"]]
    assert len(texts) == 2
    assert "--seed" in texts[0]
    assert "--batch" in texts[1]
    assert "--all" in texts[1], "who wants several batches is told how"


@pytest.mark.parametrize(
    ("path", "typed", "name", "value"),
    [
        (("ledger", "list"), ["--quiet", "-q", "--no-color", "--no-color"], "quiet", True),  # a flag twice is the flag
        (("verify",), ["--batch", "B1", "--", "--batch"], "batch", "B1"),
        (("draw",), ["plan.yaml", "--batch", "--batch", "--seed", "--batch"], "seed", "--batch"),  # a value may look like one
        (("selftest",), ["--pool", "a.csv", "--pool", "b.csv"], "pool", ["a.csv", "b.csv"]),  # made for several values
    ],
)
def test_what_stands_there_once_or_may_stand_there_twice_is_taken(
    path: tuple[str, ...], typed: list[str], name: str, value: Any
) -> None:
    assert COMMANDS[path].make_context(path[-1], typed).params[name] == value


def test_after_two_dashes_nothing_is_an_option(office: Desk) -> None:
    ended = office.type("verify", "--", "--batch", "--batch")
    assert ended.status == 2
    assert "只能写一次" not in ended.stderr
