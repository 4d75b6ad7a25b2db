"""A file's data with the places of its keys and values, so that whatever is wrong can be pointed at."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from shuangsuiji.model.problems import Place, Problem

Data: TypeAlias = "str | list[Data] | dict[str, Data]"
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the text, line and column counted from 1, columns in characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds: `data`, where the keys and values of each path stand, and `problems` that did not end the reading
    (keys that stand there twice; the first one counts)."""

    file: str
    data: Data
    keys: Mapping[Path, Mark]
    values: Mapping[Path, Mark]
    problems: tuple[Problem, ...]

    def place(self, path: Path, at_key: bool = False) -> Place:
        """The place of the value (or the key) at `path`; steps that the file does not have are passed over."""
        known = self.nearest_path(path)
        mark = self.keys.get(known) if at_key else None
        mark = mark or self.values[known]
        return Place(self.file, mark.line, mark.column, path=path_text(known) or None)

    def nearest_path(self, path: Path) -> Path:
        """`path` without the steps that the file does not have."""
        known: Path = ()
        for step in path:
            if (*known, step) in self.values:
                known = (*known, step)
        return known


def path_text(path: Path) -> str:
    """The path as programs write it, items counted from 0: ``tasks[3].ratio``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def at(data: Any, path: Iterable[str | int]) -> Any:
    """What stands at `path`, or None if nothing does."""
    for step in path:
        fits = step < len(data) if isinstance(data, list) and isinstance(step, int) else isinstance(data, dict) and step in data
        if not fits:
            return None
        data = data[step]
    return data
