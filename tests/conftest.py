"""What all tests have in common: what they need not spend their time on."""

import functools
import gc
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from unittest import mock

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads of numpy that nobody uses: a fifth of the start

from shuangsuiji.files import inputs
from shuangsuiji.files.pools.pool_file import PoolRead, PoolSource

WAIT_FOR_THE_DISK = {"test_storage", "test_platforms"}
"""Modules whose tests are about syncing itself."""


def pytest_collection_finish() -> None:
    """Five thousand tests and their modules stay until the end: the garbage collector need not look at them again and again."""
    gc.collect()
    gc.freeze()


def _handed_over(descriptor: int) -> None:
    """All that a process can see of a sync: whether there is such a file."""
    os.fstat(descriptor)


@pytest.fixture(autouse=True, scope="module")
def _no_waiting_for_the_disk(request: pytest.FixtureRequest) -> Iterator[None]:
    """25,000 syncs would be minutes on a slow disk, and show nothing: that power fails is played in `faults/crashes.py`, which
    keeps its own account of what was synced. Commands that run in processes of their own sync as ever."""
    if request.module.__name__ in WAIT_FOR_THE_DISK:
        yield
        return
    with mock.patch.object(os, "fsync", _handed_over):
        yield


@pytest.fixture(autouse=True, scope="session")
def _the_same_bytes_are_read_once() -> Iterator[None]:
    """Most commands here read one of a few plans and pools, and what comes of that is a function of names and bytes alone. So
    commands in this process get what came of them the first time. Refusals are found anew each time; whoever calls a reader by
    itself, or in another process, calls the real one."""
    read = {
        "read_plan": functools.lru_cache(64)(inputs.read_plan),
        "read_entities": _once(inputs.read_entities),
        "read_inspectors": _once(inputs.read_inspectors),
    }
    with mock.patch.multiple(inputs, **read):
        yield


def _once(read: Callable[..., PoolRead]) -> Callable[..., PoolRead]:
    @functools.lru_cache(64)
    def kept(sources: tuple[PoolSource, ...], more: tuple[object, ...]) -> PoolRead:
        return read(sources, *(dict(one) if isinstance(one, tuple) else one for one in more))

    def reading(sources: Sequence[PoolSource], *more: Mapping[str, str] | bool | None) -> PoolRead:
        return kept(tuple(sources), tuple(tuple(one.items()) if isinstance(one, Mapping) else one for one in more))

    return reading
