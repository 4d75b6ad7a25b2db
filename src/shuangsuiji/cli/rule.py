"""`rule`: what a code means, why it matters, what to do."""

from shuangsuiji.files.codes import code_of, nearest_codes
from shuangsuiji.model.problems import Code, Problem, Refusal, Status
from shuangsuiji.screen.console import Screen, Style
from shuangsuiji.screen.rule_view import rule_value, rules_value, show_rule, show_rules
from shuangsuiji.screen.rules import read_rules


def run(typed: str | None, style: Style) -> int:
    """Explain the code that was typed, or list all; the status to exit with."""
    screen = Screen(style)
    rules = read_rules()
    if typed is None:
        show_rules(screen, rules.values())
        screen.document({"status": Status.DONE, "problems": [], "rules": rules_value(rules.values())})
        return Status.DONE
    code = code_of(typed)
    if code is None:
        nearest = "、".join(nearest_codes(typed))
        raise Refusal(Status.USAGE, Problem.of(Code.CLI_UNKNOWN_CODE, given=typed, nearest=nearest))
    show_rule(screen, rules[code])
    screen.document({"status": Status.DONE, "problems": [], "rule": rule_value(rules[code])})
    return Status.DONE
