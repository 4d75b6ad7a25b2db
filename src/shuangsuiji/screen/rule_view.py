"""A code explained, on the screen, as JSON and on the page of all codes."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from shuangsuiji.files.plans.severities import USUAL
from shuangsuiji.model.problems import Code, Severity
from shuangsuiji.screen.console import Screen
from shuangsuiji.screen.message import Message
from shuangsuiji.screen.messages import MESSAGES, PARTICULARS
from shuangsuiji.screen.reporting import SEVERITIES
from shuangsuiji.screen.rules import GROUPS, Rule

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def show_rule(screen: Screen, rule: Rule) -> None:
    """One code at length."""
    screen.say(f"{rule.code}  {rule.title}")
    screen.say(level_text(rule.code))
    for message in messages_of(rule.code):
        screen.say()
        screen.say(f"  {plain(message.text)}")
        screen.say(f"    处理：{plain(message.remedy)}")
    screen.heading("为什么要紧")
    screen.say(f"  {rule.why}")
    for name, example in (("改前", rule.before), ("改后", rule.after)):
        screen.heading(name)
        for line in example.split("\n"):
            screen.verbatim(f"  {line}")


def show_rules(screen: Screen, rules: Iterable[Rule]) -> None:
    """All codes with a line each, by group."""
    group = ""
    for rule in rules:
        if rule.group != group:
            group = rule.group
            screen.heading(f"{group} {GROUPS[group]}")
        screen.say(f"  {rule.code}  {rule.title}")
    screen.say()
    screen.say("看某一个的详细说明：shuangsuiji rule 代号")


def level_text(code: Code) -> str:
    """How grave a code is, and whether a plan may change that."""
    severity = USUAL.get(code, Severity.ERROR)
    may = "，级别不能调整" if severity is Severity.ERROR else "，计划可用 severities 调整级别"
    return f"级别：{SEVERITIES[severity]}{may}"


def messages_of(code: Code) -> list[Message]:
    """What is said of a code: in general, then in each particular case."""
    return [MESSAGES[code], *(message for (one, _), message in PARTICULARS.items() if one == code)]


def plain(template: str) -> str:
    """A message without the values of any one problem."""
    return _PLACEHOLDER.sub("…", template).replace("{{", "{").replace("}}", "}")


def rule_value(rule: Rule) -> dict[str, Any]:
    """A code as JSON."""
    message = MESSAGES[rule.code]
    return {
        **_head(rule),
        "text": message.text,
        "remedy": message.remedy,
        "particulars": {
            fault: {"text": one.text, "remedy": one.remedy} for (code, fault), one in PARTICULARS.items() if code == rule.code
        },
        "why": rule.why,
        "before": rule.before,
        "after": rule.after,
    }


def rules_value(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """All codes as JSON, with a line each."""
    return [_head(rule) for rule in rules]


def _head(rule: Rule) -> dict[str, Any]:
    severity = USUAL.get(rule.code, Severity.ERROR)
    adjustable = severity is not Severity.ERROR
    head = {"code": str(rule.code), "group": rule.group, "title": rule.title}
    return {**head, "severity": str(severity), "adjustable": adjustable}


def page(rules: Mapping[Code, Rule]) -> str:
    """All codes at length, in Markdown: `docs/问题代码.md`."""
    lines = [
        "# 问题代码",
        "",
        "屏幕上每个问题都有一个代号。本页与 `shuangsuiji rule 代号` 显示的相同，由程序生成，不要手改。",
        "“…”处在屏幕上是具体的内容。代号一旦用过，意思就不再改变。手册见[使用手册](使用手册.md)第 10 章。",
    ]
    group = ""
    for rule in rules.values():
        if rule.group != group:
            group = rule.group
            lines += ["", f"## {group} {GROUPS[group]}"]
        lines += ["", f"### {rule.code} {rule.title}", "", level_text(rule.code) + "。", ""]
        lines += [f"- {_escaped(plain(one.text))} 处理：{_escaped(plain(one.remedy))}" for one in messages_of(rule.code)]
        lines += ["", f"为什么要紧：{_escaped(rule.why)}"]
        for name, example in (("改前", rule.before), ("改后", rule.after)):
            lines += ["", f"{name}：", "```text", *example.split("\n"), "```"]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    """Text in which Markdown changes nothing."""
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", text)
