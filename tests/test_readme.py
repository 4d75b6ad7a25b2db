"""What the documents say is so: commands, exit statuses, links, examples. `.ci/run` runs the first two blocks in a fresh copy."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import typer

from shuangsuiji.cli.main import app
from shuangsuiji.model.problems import Code, Problem, Severity, Status, gravest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MANUAL = ROOT / "docs" / "使用手册.md"
DOCUMENTS = sorted(
    path
    for path in (
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "pools").glob("*.md"),
        *(ROOT / "tests").rglob("*.md"),
    )
    if "node_modules" not in path.parts
)


def blocks(text: str, language: str = "sh") -> list[str]:
    """The fenced blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def section(text: str, heading: str) -> str:
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, flags=re.MULTILINE | re.DOTALL)
    assert found is not None, heading
    return found[1]


def commands() -> dict[str, Any]:
    """Every command by what is typed, from the program itself."""

    def walk(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield " ".join(path), command
        for name, one in (inner or {}).items():
            yield from walk(one, (*path, name))

    return dict(walk(typer.main.get_command(app), ()))


COMMANDS = commands()


def options_of(command: Any) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts if name.startswith("-")} | {"--help", "-h"}


# ---------------------------------------------------------------------------------------------------------- two commands


def test_the_first_block_draws_a_batch_of_the_shipped_plan() -> None:
    first, *_ = blocks(README)
    lines = first.strip().splitlines()
    assert len(lines) <= 2
    assert "pip install" in lines[0]
    assert "draw plans/jzsfq-2023.yaml --batch" in lines[-1]
    assert (ROOT / "plans" / "jzsfq-2023.yaml").exists()


def test_the_second_block_runs_the_tests() -> None:
    _, second, *_ = blocks(README)
    lines = second.strip().splitlines()
    assert len(lines) <= 2
    assert "pip install" in lines[0]
    assert "-m pytest" in lines[-1]


def test_no_placeholder_is_left() -> None:
    for path in DOCUMENTS:
        assert not re.search(r"@@\w+@@|TODO|TBD|\bXXX\b", path.read_text(encoding="utf-8")), path.name


# ---------------------------------------------------------------------------------------------------------------- tables


def commands_in_the_table() -> dict[str, list[str]]:
    """Command to the options that its row names."""
    rows = re.findall(r"^\| (`.+?) \| (.+?) \|$", section(README, "Commands"), flags=re.MULTILINE)
    table: dict[str, list[str]] = {}
    for cell, words in rows:
        for typed in re.findall("`([^`]+)`", cell):
            parts = typed.split()
            if parts[0].startswith("-"):
                continue
            name = next(name for length in (2, 1) if (name := " ".join(parts[:length])) in COMMANDS or length == 1)
            table.setdefault(name, []).extend(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", f"{cell} {words}"))
    return table


def test_the_table_of_commands_is_that_of_the_program() -> None:
    assert set(commands_in_the_table()) == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_in_the_table_of_commands_exists(name: str) -> None:
    assert set(commands_in_the_table()[name]) <= options_of(COMMANDS[name])


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_takes_json_quiet_and_no_color(name: str) -> None:
    assert {"--json", "--quiet", "--no-color"} <= options_of(COMMANDS[name])


def test_a_problem_is_an_error_a_warning_or_a_note_and_by_itself_an_error() -> None:
    """The words of `--json` and of a plan's `severities`, as the manual has them."""
    assert [str(one) for one in Severity] == ["error", "warning", "note"]
    assert all(f"`{one}`" in MANUAL.read_text(encoding="utf-8") for one in Severity)
    assert (Problem(Code.CLI_USAGE).severity, Problem(Code.CLI_USAGE).adjusted) == (Severity.ERROR, False)


def test_of_several_statuses_the_program_ends_with_the_gravest() -> None:
    """What is no answer at all goes before a verdict, a verdict before what stands in the way of one, that before what is to be
    mended by hand, and what is only to be tried again or typed anew comes last."""
    gravest_first = ["INTERRUPTED", "BUG", "FAILED", "CANNOT_VERIFY", "ENVIRONMENT", "CONFLICT", "INFEASIBLE", "INPUT"]
    gravest_first += ["BUSY", "USAGE", "NOTHING_DUE", "DONE"]
    order = [Status[name] for name in gravest_first]
    assert sorted(order) == sorted(Status)
    for place, one in enumerate(order):
        assert gravest(order[place:]) is gravest(order[place:][::-1]) is one
    assert gravest([]) is Status.DONE


def test_the_table_of_exit_statuses_is_that_of_the_program() -> None:
    stated = [int(number) for number in re.findall(r"^\| ([0-9]+) \|", section(README, "Commands"), flags=re.MULTILINE)]
    assert stated == sorted(set(stated))
    assert set(stated) == {int(status) for status in Status}


def test_codes_of_problems_are_stable_and_each_is_used_once() -> None:
    assert len({str(code) for code in Code}) == len(list(Code))
    assert all(re.fullmatch("(CLI|FILE|PLAN|POOL|DRAW|LEDGER|RECORD)-[0-9]{3}", code) for code in Code)


def test_contributing_names_every_folder_and_every_room_of_the_house() -> None:
    text = section((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), "The plan of the house")
    folders = {path.parent.name for path in (ROOT / "src" / "shuangsuiji").glob("*/__init__.py")}
    assert set(re.findall(r"^\| `(\w+)/`", text, flags=re.MULTILINE)) == folders


# ----------------------------------------------------------------------------------------------------------------- links

LINKS = [
    (path, target)
    for path in DOCUMENTS
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
    if not re.match(r"[a-z]+:", target)
]


def test_there_are_links_to_look_at() -> None:
    assert len(LINKS) >= 5


@pytest.mark.parametrize(("path", "target"), LINKS, ids=[f"{path.name} {target}" for path, target in LINKS])
def test_every_link_leads_to_something(path: Path, target: str) -> None:
    file, _, anchor = unquote(target).partition("#")
    goal = (path.parent / file).resolve() if file else path
    assert goal.exists()
    assert goal.is_relative_to(ROOT)
    if anchor and goal.suffix == ".md":
        headings = re.findall(r"^#+ (.+)$", goal.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert anchor in {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_files_named_in_the_text_exist() -> None:
    """In backquotes, with a folder in front, and not in a block of what a ledger looks like."""
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md"):
        text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        for name in re.findall(r"`((?:tests|docs|plans|pools|src|\.ci)/[\w./-]+)`", text):
            assert (ROOT / name).exists(), f"{path.name}: {name}"


# -------------------------------------------------------------------------------------------------------------- examples


def typed_commands() -> list[tuple[str, str]]:
    """(file, line) of everything in a fenced block of shell that begins with our program."""
    found = []
    for path in DOCUMENTS:
        for block in blocks(path.read_text(encoding="utf-8"), "(?:sh|bash|console|powershell)"):
            for line in block.replace("\\\n", " ").splitlines():
                typed = re.match(r"\s*(?:[$>]\s+)?((?:\S*[/\\])?shuangsuiji(?:\.exe)?\s.*)", line)
                if typed:
                    found.append((path.name, typed[1]))
    return found


TYPED = typed_commands()


@pytest.mark.parametrize(("file", "line"), TYPED, ids=[f"{file}: {line}"[:70] for file, line in TYPED])
def test_every_example_can_be_typed(file: str, line: str) -> None:
    """It names a command, its options and as many arguments as there are; nothing is run."""
    words = shlex.split(line.replace("\\", "/"), comments=True)[1:]
    words = words[: next((number for number, word in enumerate(words) if word in {"|", ">", "&&", ";", ">>"}), len(words))]
    command = typer.main.get_command(app)
    path: list[str] = []
    while getattr(command, "commands", None) and words and not words[0].startswith("-"):
        path.append(words.pop(0))
        assert path[-1] in command.commands, f"{file}: no command {' '.join(path)}"
        command = command.commands[path[-1]]
    if {"--help", "-h", "--version"} & set(words) or not path:
        return
    context = command.make_context(" ".join(path), words, resilient_parsing=False)
    assert context.params


@pytest.mark.skipif(not MANUAL.exists(), reason="the manual is still being written")
def test_the_manual_shows_every_command() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"shuangsuiji {name}" not in text] == []


@pytest.mark.skipif(not MANUAL.exists(), reason="the manual is still being written")
def test_the_manual_names_no_option_that_is_not_there() -> None:
    known = set().union(*(options_of(command) for command in COMMANDS.values())) | {"--version"}
    text = MANUAL.read_text(encoding="utf-8")
    ours = [line for line in text.splitlines() if "pip" not in line and "python" not in line]
    named = {option for line in ours for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", line)}
    assert named <= known, named - known


@pytest.mark.skipif(not MANUAL.exists(), reason="the manual is still being written")
def test_every_code_in_the_manual_is_one_of_the_program() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    assert set(re.findall(r"\b(?:CLI|FILE|PLAN|POOL|DRAW|LEDGER|RECORD|SEED)-[0-9]{3}\b", text)) <= {str(code) for code in Code}
