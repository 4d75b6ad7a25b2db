"""Strict YAML: plain data in which every scalar is text, and where each key and value stands.

PyYAML's pure-Python parser gives events one by one; they are composed here under caps of size, depth and number, so that no
file can exhaust the stack or the processor. Whatever makes a file mean more than it shows (anchors, aliases, merge keys, tags,
several documents) is refused, and so are keys that stand there twice.
"""

import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from shuangsuiji.files.plans import yaml_slips
from shuangsuiji.files.plans.document import Data, Document, Mark, Path, path_text
from shuangsuiji.files.raw_text import BadBytes, decoded
from shuangsuiji.model.problems import Code, Place, Problem, Refusal, Severity, Status

LARGEST = 4 * 1024 * 1024
DEEPEST = 20
MOST_NODES = 100_000

_RAW_CHARACTER_OUT_OF_PLACE = re.compile("[^\t\n\r -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_yaml(data: bytes, file: str) -> Document:
    """The one document of a YAML file. Raises Refusal(INPUT) for bytes that are not such a file, at the first fault."""
    if len(data) > LARGEST:
        _refuse(Code.FILE_TOO_LARGE, Place(file), limit=f"{LARGEST // 1024 // 1024} MB")
    try:
        text = decoded(data)
    except BadBytes as bad:
        _refuse(Code.PLAN_ENCODING, Place(file, bad.line, bad.column), fault=bad.fault)
    if bad_character := _RAW_CHARACTER_OUT_OF_PLACE.search(text):
        place = yaml_slips.place_of_index(text, bad_character.start(), file)
        _refuse(Code.PLAN_BAD_TEXT, place, character=bad_character[0], fault="raw")
    loader = yaml.BaseLoader(text)
    try:
        return _Composer(loader, file, yaml_slips.lines_of(text)).document()
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # ValueError: an escape such as "\UFFFFFFFF"
        raise Refusal(Status.INPUT, yaml_slips.syntax_problem(error, loader.get_mark(), text, file)) from error


def _refuse(code: Code, place: Place, **values: str | int) -> NoReturn:
    raise Refusal(Status.INPUT, Problem.of(code, place, Severity.ERROR, file=place.file or "", **values))


@dataclass(slots=True)
class _Composer:
    """Makes data of the parser's events. Recursion goes as deep as the data, which is capped."""

    loader: yaml.BaseLoader
    file: str
    lines: list[str]
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    nodes: int = 0

    def document(self) -> Document:
        self._next()  # the beginning of the stream
        if self.loader.check_event(yaml.StreamEndEvent):
            _refuse(Code.PLAN_EMPTY, Place(self.file), fault="file", key="")
        self._next()  # the beginning of the document
        data = self._node(())
        self._next()  # its end
        following = self._next()
        if not isinstance(following, yaml.StreamEndEvent):
            self._refuse(Code.PLAN_SYNTAX, following, fault="several_documents")
        return Document(self.file, data, self.keys, self.values, tuple(self.problems))

    def _next(self) -> Any:
        """The next event. (Any: each kind of event has attributes of its own.)"""
        return self.loader.get_event()  # type: ignore[no-untyped-call]

    def _refuse(self, code: Code, event: Any, **values: str | int) -> NoReturn:
        mark = _mark(event)
        _refuse(code, Place(self.file, mark.line, mark.column), **values)

    def _node(self, path: Path) -> Data:
        event = self._next()
        self._check(event, path)
        self.values[path] = _mark(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._text(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path)
        return self._mapping(path)

    def _check(self, event: Any, path: Path) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._refuse(Code.PLAN_ALIAS, event, text=f"*{event.anchor}", fault="alias")
        if getattr(event, "anchor", None) is not None:
            self._refuse(Code.PLAN_ALIAS, event, text=f"&{event.anchor}", fault="anchor")
        if getattr(event, "tag", None) is not None:
            self._refuse(Code.PLAN_TAG, event, text=event.tag)
        if len(path) > DEEPEST:
            self._refuse(Code.PLAN_TOO_DEEP, event, limit=DEEPEST)
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self._refuse(Code.FILE_TOO_LARGE, event, limit=MOST_NODES, fault="nodes")

    def _text(self, event: Any) -> str:
        text: str = event.value
        if surrogate := _SURROGATE.search(text):
            self._refuse(Code.PLAN_BAD_TEXT, event, character=surrogate[0], fault="raw")
        first, last = event.start_mark.line + 1, event.end_mark.line + 1
        if last > first and (slip := self._slip_within(event, first, last)):
            _refuse(Code.PLAN_SYNTAX, Place(self.file, slip.line, slip.column), fault=slip.fault, text=slip.text)
        return text

    def _slip_within(self, event: Any, first: int, last: int) -> yaml_slips.Slip | None:
        """Whether text that goes on over several lines does so by mistake."""
        if event.style is None:
            return yaml_slips.swallowed_wide_colon(self.lines, first, last)
        if event.style in {"'", '"'} and yaml_slips.swallows_key(self.lines, first, last):
            mark = _mark(event)
            return yaml_slips.Slip(mark.line, mark.column, "unclosed_quote", self.lines[first - 1].strip()[:40])
        return None

    def _list(self, path: Path) -> list[Data]:
        items: list[Data] = []
        while not self.loader.check_event(yaml.SequenceEndEvent):
            items.append(self._node((*path, len(items))))
        self._next()
        return items

    def _mapping(self, path: Path) -> dict[str, Data]:
        mapping: dict[str, Data] = {}
        while not self.loader.check_event(yaml.MappingEndEvent):
            event = self._next()
            self._check(event, path)
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse(Code.PLAN_SYNTAX, event, fault="complex_key")
            key = self._key(event)
            if key in mapping:
                self._note_duplicate((*path, key), event)
                self._aside(path)
                continue
            self.keys[*path, key] = _mark(event)
            mapping[key] = self._node((*path, key))
        self._next()
        return mapping

    def _key(self, event: Any) -> str:
        key = self._text(event)
        if key == "<<" and event.style is None:
            self._refuse(Code.PLAN_ALIAS, event, text=key, fault="merge")
        return key

    def _note_duplicate(self, path: Path, event: Any) -> None:
        mark = _mark(event)
        place = Place(self.file, mark.line, mark.column, path=path_text(path))
        problem = Problem.of(Code.PLAN_DUPLICATE_KEY, place, key=str(path[-1]), other_line=self.keys[path].line)
        self.problems.append(problem)

    def _aside(self, path: Path) -> None:
        """Read a value and forget all about it."""
        kept = self.keys, self.values, self.problems
        self.keys, self.values, self.problems = {}, {}, []
        self._node((*path, ""))
        self.keys, self.values, self.problems = kept


def _mark(event: Any) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)
