"""The floors of the core: what each may import and what it must not contain, read from the syntax trees.

model (1) < draw (2) < evidence (3): pure functions over values. No clock, path, locale, environment, random source or float.
trial, the self-test, stands beside the files on these three and is as pure; only screen and cli use it.
"""

import ast
import dataclasses
import importlib
import math
import sys
from pathlib import Path

import pytest

import shuangsuiji

SOURCE = Path(shuangsuiji.__file__).parent
FLOORS = ("model", "draw", "evidence", "trial")
# what the core needs of the standard library, and nothing that could make two runs differ
ALLOWED = {
    "collections",
    "collections.abc",
    "csv",
    "dataclasses",
    "enum",
    "fractions",
    "hashlib",
    "io",
    "itertools",
    "json",
    "re",
    "types",
    "typing",
    "unicodedata",
}
EXACT = {"math"}  # comb and isqrt of whole numbers, for the bounds of the self-test; its functions of floats are not used
FLOATS_OF_MATH = {name for name in dir(math) if name not in {"comb", "isqrt", "gcd"}}
NUMPY = {"numpy", "numpy.typing"}
FORBIDDEN_NAMES = {"float", "open", "eval", "exec", "compile", "input", "print", "hash", "id", "globals", "__import__"}
NO_RANDOMNESS = {"random", "float16", "float32", "float64", "float_", "longdouble", "true_divide", "divide", "mean"}
CLOCKS = {"now", "today", "utcnow", "fromtimestamp", "perf_counter", "monotonic"}

CORE = sorted(path for floor in FLOORS for path in (SOURCE / floor).glob("**/*.py"))
EVERYTHING = sorted(SOURCE.glob("**/*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(path: Path) -> set[str]:
    """Every module that a file imports; for `from a import b` it is `a`, and `a.b` where that is a module of the package."""
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative import"
            assert node.module is not None
            found.add(node.module)
            if node.module.split(".")[0] == "shuangsuiji":
                inner = SOURCE.joinpath(*node.module.split(".")[1:])
                found.update(
                    f"{node.module}.{a.name}"
                    for a in node.names
                    if (inner / f"{a.name}.py").exists() or (inner / a.name).is_dir()
                )
    return found


def lines_of(path: Path, *kinds: type[ast.AST]) -> list[int]:
    return [getattr(node, "lineno", 0) for node in ast.walk(tree_of(path)) if isinstance(node, kinds)]


def test_the_floors_are_there() -> None:
    for floor in FLOORS:
        assert len([path for path in CORE if path.parent.name == floor]) > 3


@pytest.mark.parametrize("path", CORE, ids=name_of)
def test_a_module_of_the_core_imports_only_lower_floors_and_what_is_allowed(path: Path) -> None:
    floor = FLOORS.index(path.relative_to(SOURCE).parts[0])
    own = {"shuangsuiji"} | {f"shuangsuiji.{below}" for below in FLOORS[: floor + 1]}
    wrong = set()
    for module in imported(path):
        inside = module.startswith("shuangsuiji")
        if inside and module not in own and not any(module.startswith(f"{one}.") for one in own if one != "shuangsuiji"):
            wrong.add(module)
        if not inside and module not in ALLOWED | NUMPY | (EXACT if FLOORS[floor] == "trial" else set()):
            wrong.add(module)
    assert wrong == set()


def test_only_the_screen_and_the_command_line_use_the_trials() -> None:
    users = {name_of(path) for path in EVERYTHING if any(module.startswith("shuangsuiji.trial") for module in imported(path))}
    assert {name.split("/")[0] for name in users} == {"trial", "screen", "cli"}


@pytest.mark.parametrize("path", CORE, ids=name_of)
def test_a_module_of_the_core_has_no_float_no_clock_and_no_chance_of_its_own(path: Path) -> None:
    wrong = []
    for node in ast.walk(tree_of(path)):
        match node:
            case ast.Constant(value=float() | complex()):
                wrong.append((node.lineno, "a float"))
            case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
                wrong.append((node.lineno, "true division"))
            case ast.Name(id=name) if name in FORBIDDEN_NAMES and isinstance(node.ctx, ast.Load):
                wrong.append((node.lineno, name))
            case ast.Attribute(attr=name) if name in NO_RANDOMNESS | CLOCKS:
                wrong.append((node.lineno, name))
            case ast.Attribute(value=ast.Name(id="math"), attr=name) if name in FLOATS_OF_MATH:
                wrong.append((node.lineno, f"math.{name}"))
            case ast.Attribute(value=ast.Name(id="np"), attr=name) if "float" in name:
                wrong.append((node.lineno, name))
            case ast.Global() | ast.Nonlocal():
                wrong.append((node.lineno, "global state"))
    assert wrong == []


@pytest.mark.parametrize("path", CORE, ids=name_of)
def test_every_value_of_the_core_is_frozen(path: Path) -> None:
    module = importlib.import_module(".".join(("shuangsuiji", *path.relative_to(SOURCE).with_suffix("").parts)))
    values = [one for one in vars(module).values() if isinstance(one, type) and dataclasses.is_dataclass(one)]
    assert [one.__name__ for one in values if not one.__dataclass_params__.frozen] == []  # type: ignore[attr-defined]


CATCHES_ALL = {"trial/attempt.py": ["except ['Exception']"]}
"""The self-test tries this very program: whatever it raises is what is looked for, and is reported with its type and place."""


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_nothing_is_asserted_and_no_exception_is_swallowed_whole(path: Path) -> None:
    wrong = [(line, "assert") for line in lines_of(path, ast.Assert)]
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        names = [None if one is None else ast.unparse(one) for one in caught]
        if set(names) & {None, "Exception", "BaseException", "builtins.Exception", "builtins.BaseException"}:
            wrong.append((node.lineno, f"except {names}"))
    assert [what for _, what in wrong] == CATCHES_ALL.get(name_of(path), []), wrong


VERIFIER = SOURCE / "verify_record.py"


@pytest.mark.skipif(not VERIFIER.exists(), reason="the independent verifier is not there")
def test_the_independent_verifier_needs_the_standard_library_alone() -> None:
    assert {module.split(".")[0] for module in imported(VERIFIER)} <= sys.stdlib_module_names


@pytest.mark.skipif(not VERIFIER.exists(), reason="the independent verifier is not there")
def test_the_independent_verifier_can_be_read_on_paper_in_one_sitting() -> None:
    """Fewer than 400 lines of at most 110 columns, in ASCII, without an assertion that `-O` would take away."""
    lines = VERIFIER.read_bytes().decode("ascii").splitlines()
    assert len(lines) < 400
    assert max(map(len, lines)) <= 110
    assert lines_of(VERIFIER, ast.Assert) == []


@pytest.mark.parametrize("path", [path for path in EVERYTHING if path != VERIFIER], ids=name_of)
def test_nothing_imports_the_independent_verifier(path: Path) -> None:
    assert [module for module in imported(path) if "verify_record" in module] == []


@pytest.mark.parametrize("path", EVERYTHING, ids=name_of)
def test_no_module_imports_relatively_or_everything(path: Path) -> None:
    stars = [
        node.lineno
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and (node.level or any(alias.name == "*" for alias in node.names))
    ]
    assert stars == []
