"""Mutants of a module: every small wrong change that `mutation.py` tries, one at a time.

A mutant is one node of the syntax tree put in the place of another. Not mutated are imports, annotations and type aliases,
docstrings, and decorators other than `frozen=True`; a change that compiles to the same code is none.
"""

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

Changes = Iterator[tuple[str, ast.AST]]

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
}
OTHER_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "zeros": "ones", "ones": "zeros"}
SETTLERS = {"strip", "removeprefix", "translate", "astype", "copy", "lower", "upper", "tolist", "partition", "split"}
"""Methods whose receiver might do as well."""
REMOVABLE = (ast.AugAssign, ast.Delete, ast.Raise, ast.Continue, ast.Break)


@dataclass
class Mutant:
    """Where a tree is changed: `new` in place of `old`, which is the `field` of `parent` (the `index`-th one of it)."""

    where: str
    line: int
    kind: str
    parent: ast.AST
    field: str
    index: int | None
    old: ast.AST
    new: ast.AST

    def __post_init__(self) -> None:
        for node in ast.walk(self.new):
            if "lineno" in node._attributes and not hasattr(node, "lineno"):
                ast.copy_location(node, self.old if hasattr(self.old, "lineno") else self.parent)
        ast.fix_missing_locations(self.new)

    @property
    def change(self) -> str:
        """`old` → `new` in source text, first lines."""
        return f"{head(self.old)} → {head(self.new)}"

    def put(self, node: ast.AST) -> None:
        """Put `node` (`old` or `new`) into the tree."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def head(node: ast.AST) -> str:
    text = ast.unparse(node).strip()
    return text if "\n" not in text else f"{text.splitlines()[0]} …"


def shape_of(code: CodeType) -> tuple[Any, ...]:
    """What a code object does, without where its lines stand."""
    constants = tuple(shape_of(one) if isinstance(one, CodeType) else (type(one), one) for one in code.co_consts)
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars, code.co_exceptiontable


def mutants_of(tree: ast.Module) -> list[Mutant]:
    """All mutants of a module, in the order of its text; those that do not compile or change nothing are left out."""
    honest = shape_of(compile(tree, "mutant", "exec"))
    seen = {honest}
    found = []
    for mutant in _walk(tree, ""):
        mutant.put(mutant.new)
        try:
            shape = shape_of(compile(tree, "mutant", "exec"))
        except (SyntaxError, ValueError, TypeError):
            shape = honest
        mutant.put(mutant.old)
        if shape not in seen:
            seen.add(shape)
            found.append(mutant)
    return found


def _walk(node: ast.AST, where: str) -> Iterator[Mutant]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        where = f"{where}.{node.name}" if where else node.name
        yield from _of_decorators(node, where)
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "ctx", "bases") or (
            isinstance(node, ast.AnnAssign) and field == "target"
        ):
            continue
        for index, child in enumerate(value) if isinstance(value, list) else ((None, value),):
            if not isinstance(child, ast.AST) or _is_left_alone(node, child):
                continue
            for kind, new in (*_of_place(node, field, child), *_of_node(node, child)):
                yield Mutant(where, getattr(child, "lineno", getattr(node, "lineno", 0)), kind, node, field, index, child, new)
            yield from _walk(child, where)


def _of_decorators(node: ast.FunctionDef | ast.ClassDef, where: str) -> Iterator[Mutant]:
    for call in node.decorator_list:
        for keyword in call.keywords if isinstance(call, ast.Call) else ():
            if keyword.arg == "frozen":
                yield Mutant(where, node.lineno, "frozen", keyword, "value", None, keyword.value, ast.Constant(False))


def _is_left_alone(parent: ast.AST, node: ast.AST) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.Expr(value=ast.Constant()):
            return True  # a docstring
        case ast.Assign(value=ast.Subscript(value=ast.Name(id="Literal" | "NDArray" | "Mapping"))):
            return isinstance(parent, ast.Module)  # a type alias
    return False


def _of_place(parent: ast.AST, field: str, node: ast.AST) -> Changes:
    """Changes that the place of a node calls for: conditions, bounds, what a loop goes over."""
    match parent, field:
        case (ast.If() | ast.IfExp() | ast.match_case(), "test" | "guard"):
            yield "condition", ast.Constant(True)
            yield "condition", ast.Constant(False)
        case (ast.While(), "test"):
            yield "condition", ast.Constant(False)
        case (ast.For() | ast.comprehension(), "iter"):
            yield "empty loop", ast.Tuple([], ast.Load())
        case (ast.Return(), "value") if not (isinstance(node, ast.Constant) and node.value is None):
            yield "return", ast.Constant(None)
        case (ast.Slice(), "lower" | "upper") if not isinstance(node, ast.Constant):
            yield "bound", ast.BinOp(node, ast.Add(), ast.Constant(1))  # type: ignore[arg-type]
        case (ast.keyword(arg="key"), "value"):
            yield "key", ast.parse("lambda _: 0", mode="eval").body


def changed(node: ast.AST, **fields: Any) -> ast.AST:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def without(items: list[Any], index: int) -> list[Any]:
    return items[:index] + items[index + 1 :]


def swapped(items: list[Any], index: int) -> list[Any]:
    return [*items[:index], items[index + 1], items[index], *items[index + 2 :]]


def _of_node(parent: ast.AST, node: ast.AST) -> Changes:
    match node:
        case ast.Constant(value=value):
            yield from _of_constant(parent, value)
        case ast.Compare(ops=ops):
            for k, op in enumerate(ops):
                for other in COMPARISONS[type(op)]:
                    yield "comparison", changed(node, ops=[*ops[:k], other(), *ops[k + 1 :]])
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in OPERATORS:
            yield "operator", changed(node, op=OPERATORS[type(op)]())
        case ast.UnaryOp(operand=operand):
            yield "sign", operand
        case ast.BoolOp(op=op, values=values):
            yield "and/or", changed(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
            for k in range(len(values)):
                rest = without(values, k)
                yield "operand", rest[0] if len(rest) == 1 else changed(node, values=rest)
        case ast.Call():
            yield from _of_call(node)
        case ast.comprehension(ifs=ifs):
            for k in range(len(ifs)):
                yield "filter", changed(node, ifs=without(ifs, k))
        case ast.Slice(lower=lower, upper=upper, step=step):
            for name, bound in (("lower", lower), ("upper", upper), ("step", step)):
                if bound is not None:
                    yield "bound", changed(node, **{name: None})
        case ast.Tuple(elts=items, ctx=ast.Load()) | ast.List(elts=items, ctx=ast.Load()) | ast.Set(elts=items):
            for k in range(len(items)) if len(items) < 6 else (0, len(items) - 1):
                yield "element", changed(node, elts=without(items, k))
            for k in range(len(items) - 1) if not isinstance(node, ast.Set) else ():
                yield "order", changed(node, elts=swapped(items, k))
        case ast.JoinedStr(values=values):
            for k, one in enumerate(values):
                if isinstance(one, ast.FormattedValue):
                    yield "field", changed(node, values=without(values, k))
        case ast.Match(cases=cases):
            for k in range(len(cases)):
                yield "case", changed(node, cases=without(cases, k))
    if isinstance(node, REMOVABLE) or (isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)):
        yield "statement", ast.Pass()
    if isinstance(node, ast.Assign) and not all(isinstance(target, ast.Name) for target in node.targets):
        yield "statement", ast.Pass()


def _of_call(node: ast.Call) -> Changes:
    name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if name in OTHER_NAMES:
        yield "function", changed(node, func=_renamed(node.func, OTHER_NAMES[name]))
    if name == "sorted":
        yield "order", changed(node, keywords=[*node.keywords, ast.keyword("reverse", ast.Constant(True))])
        yield "order", ast.Call(ast.Name("list", ast.Load()), node.args, [])
    if name in SETTLERS and isinstance(node.func, ast.Attribute):
        yield "call", node.func.value
    for k in range(len(node.args) - 1) if name not in ("min", "max") else ():  # which do not mind
        yield "arguments", changed(node, args=swapped(node.args, k))
    if not name[:1].isupper() and name != "dataclass":  # a class without one of its values dies at once
        for k in range(len(node.keywords)):
            yield "arguments", changed(node, keywords=without(node.keywords, k))


def _renamed(function: ast.expr, name: str) -> ast.AST:
    return changed(function, id=name) if isinstance(function, ast.Name) else changed(function, attr=name)


def _of_constant(parent: ast.AST, value: object) -> Changes:
    match value:
        case bool():
            yield "constant", ast.Constant(not value)
        case int():
            yield "constant", ast.Constant(value + 1)
            yield "constant", ast.Constant(value - 1)
        case str() if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) and parent.func.attr == "compile":
            for pattern in _patterns(value):
                yield "pattern", ast.Constant(pattern)
        case str():
            yield "constant", ast.Constant(f"{value}x")
            if value and not any(character.isalnum() for character in value):
                yield "constant", ast.Constant(value[1:])
                yield "constant", ast.Constant(value[:-1])


def _patterns(pattern: str) -> Iterator[str]:
    """Other regular expressions: every number one more or less, every repetition of another kind, every class negated or gone."""
    for found in re.finditer(r"[0-9]+", pattern):
        for other in (int(found[0]) + 1, int(found[0]) - 1):
            yield f"{pattern[: found.start()]}{other}{pattern[found.end() :]}"
    for found in re.finditer(r"[+*?]|\[\^?|\^|\||\$", pattern):
        start, end = found.span()
        others = {"+": ("*", ""), "[": ("[^",), "[^": ("[",), "?": ("",), "^": ("",), "|": ("",), "$": ("",)}[found[0]]
        for other in others:
            yield pattern[:start] + other + pattern[end:]
    for found in re.finditer(r"\[[^\]]*\]", pattern):
        for k in range(found.start() + 1, found.end() - 1):
            yield pattern[:k] + pattern[k + 1 :]
