"""`explain`: why this entity, why this inspector, and one line of shell that checks the ticket."""

from dataclasses import replace
from typing import Any

from shuangsuiji.cli.circumstances import given_path
from shuangsuiji.cli.lookup import batch_key, existing_bytes
from shuangsuiji.draw import explanation
from shuangsuiji.evidence.derivation import SealedInputs
from shuangsuiji.evidence.ledger import Ledger, LedgerBytes
from shuangsuiji.evidence.lines import BatchKey, Event
from shuangsuiji.evidence.verification import verify
from shuangsuiji.files.ledgers.ledger_file import open_ledger, read_sealed
from shuangsuiji.model.history import History
from shuangsuiji.model.problems import Code, Problem, Refusal, Status
from shuangsuiji.model.text import NotCanonical, canonical_id
from shuangsuiji.screen import explain_view
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.draw_view import show_seed
from shuangsuiji.screen.verify_view import problems_of


def run(who: str, batch: str, ledger: str, plan: str | None, style: Style) -> int:
    """Explain; the status to exit with."""
    screen = Screen(style)
    source = existing_bytes(given_path("--ledger", ledger))
    book = open_ledger(source)
    key = batch_key(book, batch, plan)
    record, inputs = _drawn(book, key, source)
    _check_batch(source, key)
    try:
        name = canonical_id(who)
    except NotCanonical as error:
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_BAD_TEXT, option="编号", value=who)) from error
    if inputs.pools.entities.row_of(name) is not None:
        value = _entity(name, record, inputs, book, screen)
    elif inputs.pools.inspectors.row_of(name) is not None:
        value = _inspector(name, record, inputs, screen)
    else:
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_UNKNOWN_ID, id=name, batch=batch))
    screen.document({"status": Status.DONE, "problems": [], "plan": key[0], "batch": key[1], "id": name, **value})
    return Status.DONE


def _drawn(book: Ledger, key: BatchKey, source: LedgerBytes) -> tuple[Event, SealedInputs]:
    """The live record of the batch and what it was drawn from."""
    state = book.state(key)
    if state.name != "drawn" or state.event is None or state.seal is None:
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_NOT_DRAWN, batch=key[1]))
    return state.event, read_sealed(state.seal, source.files)


def _check_batch(source: LedgerBytes, key: BatchKey) -> None:
    """A record that does not follow from its seal explains nothing. Raises Refusal(FAILED or CANNOT_VERIFY)."""
    report = verify(source, key[1])
    checks = tuple(check for check in report.checks if check.line is None or check.line.key == key)
    found = replace(report, checks=checks)
    if found.status != Status.DONE:
        raise Refusal(found.status, *problems_of(found))


def _entity(entity: str, record: Event, inputs: SealedInputs, book: Ledger, screen: Screen) -> dict[str, Any]:
    value = record.value
    history = book.records(value["history"]) or History()  # complete, or the batch would not have passed
    seed = value["seed"]["sha256"]
    found = explanation.standings(inputs.plan, value["batch"], inputs.pools, history, seed, entity)
    key, ticket = explanation.entity_ticket(inputs.plan, value["batch"], seed, entity)
    visit = next((one for one in value["visits"] if one["entity"] == entity), None)
    name = inputs.pools.entities.cell(entity, "name")
    explain_view.show_entity(screen, entity, name, key, ticket, found, visit, value["seed"])
    return {
        "kind": "entity",
        "entity_key": key,
        "ticket": ticket,
        "shell": explain_view.shell_line(key, entity),
        "powershell": explain_view.powershell_line(key, entity),
        "drawn": visit is not None,
        "tasks": [explain_view.standing_value(one) for one in found],
        "visit": visit,
    }


def _inspector(inspector: str, record: Event, inputs: SealedInputs, screen: Screen) -> dict[str, Any]:
    value = record.value
    pairs = [(visit["entity"], visit["tasks"]) for visit in value["visits"]]
    visits = explanation.visits_of_record(inputs.plan, value["batch"], pairs)
    department = inputs.pools.inspectors.cell(inspector, "department")
    duty = explanation.duty(inputs.plan, inputs.pools, department, inspector, visits)
    assigned = [visit for visit in value["visits"] if any(one["inspector"] == inspector for one in visit["team"])]
    explain_view.show_inspector(screen, inspector, inputs.pools.inspectors.cell(inspector, "name"), duty, assigned)
    show_seed(screen, value["seed"])
    return {
        "kind": "inspector",
        "department": department,
        "department_visits": duty.visits,
        "eligible_visits": duty.eligible,
        "obstacles": dict(duty.obstacles),
        "visits": assigned,
    }
