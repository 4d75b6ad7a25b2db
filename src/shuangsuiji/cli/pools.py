"""What the commands of `pool` have in common: the tables that were typed, their kind, and a plan's say in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from shuangsuiji.cli.circumstances import given_path
from shuangsuiji.files.durable.storage import read_input
from shuangsuiji.files.inputs import read_plan_file
from shuangsuiji.files.plans.severities import adjusted, stops
from shuangsuiji.files.pools.headers import PoolKind
from shuangsuiji.files.pools.pool_form import PoolSource
from shuangsuiji.files.pools.pool_kinds import AsWritten, kind_of
from shuangsuiji.model.problems import Code, Problem, Refusal, Severity, Status, gravest


@dataclass(frozen=True, slots=True)
class Request:
    """Options that all of them have."""

    kind: str | None
    sheet: str | None
    plan: str | None


@dataclass(frozen=True, eq=False, slots=True)
class Asked:
    """What was typed, looked up: the kind of pool, the departments of the plan or any at all, and the plan's severities."""

    kind: PoolKind
    departments: Mapping[str, str]
    severities: Mapping[Code, Severity]

    def notes(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """What was found, as grave as the plan wants it. Raises Refusal(INPUT) if it wants it to stop."""
        found = adjusted(problems, self.severities)
        if stops(found):
            raise Refusal(Status.INPUT, *found)
        return found


def read_sources(names: Sequence[str], sheet: str | None) -> list[PoolSource]:
    """The tables as they are. Raises Refusal with the problems of all."""
    found: list[PoolSource] = []
    problems: list[Problem] = []
    statuses: list[Status] = []
    for name in names:
        path = given_path("表格", name)
        try:
            found.append(PoolSource(str(path), read_input(path), sheet))
        except Refusal as refusal:
            problems += refusal.problems
            statuses.append(refusal.status)
    if problems:
        raise Refusal(gravest(statuses), *problems)
    return found


def asked(request: Request, source: PoolSource) -> Asked:
    """The kind that was typed, or that of `source`; and what the plan says. Raises Refusal."""
    departments: Mapping[str, str] = AsWritten()
    severities: Mapping[Code, Severity] = {}
    kind = None if request.kind is None else _kind(request.kind)
    if request.plan is not None:
        plan, _ = read_plan_file(given_path("--plan", request.plan))
        departments, severities = plan.plan.department_names(), plan.severities
    return Asked(kind or kind_of(source), departments, severities)


def usage(what: str) -> Refusal:
    """A command that was typed wrongly."""
    return Refusal(Status.USAGE, Problem.of(Code.CLI_USAGE, what=what))


def _kind(typed: str) -> PoolKind:
    for kind in get_args(PoolKind):
        if typed == kind:
            return kind  # type: ignore[no-any-return]
    raise usage(f"--kind 只能写 entities（检查对象）、inspectors（检查人员）或 recusals（回避名单），不能写“{typed}”")
