"""Events out of place, histories, failures: cases of ledgers.json, expected by hand."""

from collections.abc import Callable

from making.common import Vector
from making.forging import Case, again, cut, event, lost, put_in, swap, then, until
from making.story import ENOUGH, FEW, RULES, Story, plan_of, seed

_FAILURE = {"schema": "shuangsuiji/failure/1", "reason": "too_few_eligible", "blocked": [], "witness": []}


def _shorter(failure: Vector) -> None:
    failure["blocked"].pop()


def _two_seals(pools: list[str | None]) -> Callable[[Story], None]:
    """The answers come in the order of the seals, so that each finds another seal before it."""

    def go_on(story: Story) -> None:
        seals = [story.seal(plan_of(1), pools, seed("一")), story.seal(plan_of(2, count=3), ENOUGH, seed("二"))]
        for one in seals:
            story.answer(one)

    return go_on


STATES: dict[str, Case] = {
    "an honest year: histories, failures, voids, an open seed": ("year", lambda story: story.build(), ""),
    "the year as far as its first draw": ("year", until(2), ""),
    "an open seal that waits": ("year", until(12), ""),
    "a batch that is drawn, voided without its seed and drawn with another": (
        "year",
        then(lambda s: s.void(11, keep=False), again(3, seed("新"))),
        "",
    ),
    "two seals, then their draws: each from its own snapshots": ("year", until(0, _two_seals(ENOUGH)), ""),
    "two seals, then a failure and a draw: each from its own snapshots": ("year", until(0, _two_seals(FEW)), ""),
    "a seal that is voided before it was answered, its seed kept": (
        "year",
        then(lambda s: s.void(18), again(6, seed("六"))),
        "",
    ),
    "a second seal of a sealed batch": ("year", then(lambda s: s.seal(plan_of(6), ENOUGH, seed("六"))), "19 states failed"),
    "a seal of a drawn batch": (
        "year",
        then(lambda s: s.seal(plan_of(3), ENOUGH, seed("三"))),
        "19 states failed",
    ),
    "a second live draw": ("year", then(again(3, seed("又"))), "19 states failed; 20 states failed"),
    "a draw is repeated": ("year", until(2, lambda s: s.append("draw", "B1", s.events[1]["value"])), "3 states failed"),
    "a void of a voided draw": ("year", then(lambda s: s.void(8, batch="B3")), "19 states failed"),
    "a void of an answered seal": ("year", then(lambda s: s.void(12)), "19 states failed"),
    "a void of a failure": ("year", then(lambda s: s.void(15)), "19 states failed"),
    "a void of a void": ("year", until(9, lambda s: s.void(9)), "10 states failed"),
    "a void in another batch's name": ("year", then(lambda s: s.void(11, batch="B1")), "19 events failed"),
    "a void with an unknown key": ("year", cut(9, put_in(9, "note", "")), "9 events failed"),
    "a void of another schema": ("year", cut(9, put_in(9, "schema", "shuangsuiji/void/2")), "9 events failed"),
    "a void whose keep_seed is text": ("year", cut(9, put_in(9, "keep_seed", "true")), "9 events failed"),
    "another seed after a failure": ("year", until(6, again(3, seed("改"))), "7 states failed; 8 states failed"),
    "an open seed after a failure": (
        "year",
        until(6, lambda s: s.seal(plan_of(3), ENOUGH, None, entropy=[{"kind": "dice"}])),
        "7 states failed",
    ),
    "another seed after a void that keeps it": ("year", until(9, again(3, seed("改"))), "10 states failed; 11 states failed"),
    "a void that kept the seed says later that it did not": ("year", cut(11, put_in(9, "keep_seed", False)), ""),
    "another seed after a voided seal that kept it": (
        "year",
        then(lambda s: s.void(18), lambda s: s.seal(plan_of(6), ENOUGH, seed("改"))),
        "20 states failed",
    ),
    "the history of the second batch is hidden": ("year", until(2, again(2, seed("二"), (), **RULES)), "3 history failed"),
    "the history of the second batch is hidden in a batch that needs none": ("year", until(2, again(2, seed("二"))), ""),
    "a history where the tasks need none": ("year", until(2, again(2, seed("二"), (2,))), "3 history failed"),
    "a history in another order": ("year", until(11, again(4, seed("四"), (4, 2, 11), **RULES)), "12 history failed"),
    "a history with a draw twice": ("year", until(4, again(4, seed("四"), (2, 2, 4), **RULES)), "5 history failed"),
    "a history with a voided draw": ("year", until(9, again(4, seed("四"), (2, 4, 8), **RULES)), "10 history failed"),
    "a history that lacks the last draw": ("year", until(11, again(4, seed("四"), (2, 4), **RULES)), "12 history failed"),
    "the seal of the first draw is not there: that draw stays in histories": (
        "year",
        lost("000001-seal"),
        "1 events impossible; 2 seal seed derived impossible",
    ),
    "the seal of a failure is not there: in an unknown batch all is in place": (
        "year",
        lost("000005-seal"),
        "5 events impossible; 6 failure impossible",
    ),
    "a failure is not there: draws of an unknown batch are live": ("year", lost("000006-failure"), "6 events impossible"),
    "the seal of a voided draw is not there": (
        "year",
        lost("000007-seal"),
        "7 events impossible; 8 seal seed derived impossible",
    ),
    "a voided draw is not there": ("year", lost("000008-draw"), "8 events impossible"),
    "a void is not there: what it took back would be live": (
        "year",
        lost("000009-void"),
        "9 events impossible; 12 history impossible",
    ),
    "a draw is not there, but a voided one has the same bytes": (
        "year",
        lost("000011-draw"),
        "11 events impossible; 12 history impossible",
    ),
    "an open seal is not there": ("year", lost("000012-seal"), "12 events impossible; 13 seal seed derived impossible"),
    "a record of the history is not there": (
        "year",
        lost("000002-draw"),
        "2 events impossible; 3 history impossible; 4 derived impossible; 12 history impossible; 13 derived impossible",
    ),
}


FAILURES: dict[str, Case] = {
    "a failure of the other reason": ("year", cut(6, put_in(6, "reason", "cap_exceeded")), "6 failure failed"),
    "a failure with a blocked visit less": ("year", cut(6, event(6, _shorter)), "6 failure failed"),
    "a failure whose visits stand in another order": ("year", cut(6, event(6, lambda v: swap(v["blocked"]))), "6 failure failed"),
    "a failure that says a larger demand": ("year", cut(6, put_in(6, "blocked", 0, "demand", 3)), "6 failure failed"),
    "a failure that says nobody was eligible": ("year", cut(6, put_in(6, "blocked", 0, "eligible", [])), "6 failure failed"),
    "a failure with a witness besides": (
        "year",
        cut(6, put_in(6, "witness", [{"department": "甲局", "cap": 1, "inspectors": [], "visits": [], "load": 2}])),
        "6 failure failed",
    ),
    "a failure that names another seal": ("year", cut(6, put_in(6, "seal", "0" * 64)), "6 states failure failed"),
    "a failure with an unknown key": ("year", cut(6, put_in(6, "note", "")), "6 events failed"),
    "a witness with a smaller load": ("capped", put_in(2, "witness", 0, "load", 1), "2 failure failed"),
    "a witness with another cap": ("capped", put_in(2, "witness", 0, "cap", 1), "2 failure failed"),
    "a witness with an inspector less": ("capped", event(2, lambda v: v["witness"][0]["inspectors"].pop()), "2 failure failed"),
    "a witness with a visit less": ("capped", event(2, lambda v: v["witness"][0]["visits"].pop()), "2 failure failed"),
    "a witness of another department": ("capped", put_in(2, "witness", 0, "department", "乙局"), "2 failure failed"),
    "no witness": ("capped", put_in(2, "witness", []), "2 failure failed"),
    "a failure where a draw was possible": (
        "year",
        until(1, lambda s: s.append("failure", "B1", {**_FAILURE, "seal": s.sha(1)})),
        "2 failure failed",
    ),
}
