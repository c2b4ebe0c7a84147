"""What is told of a rule that is broken and of any other problem: in both languages, and with what to do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from shared.contracts.core import Refusal, Rule
from shared.service.http.problems import STATUS, Problem, refused

ROOT = Path(__file__).resolve().parents[2]
MODULES = (
    "services.intake.rules",
    "services.review.rules",
    "services.lifecycle.rules",
    "services.notify.aggregates.rules",
    "services.office.rules",
    "shared.programme.acting",
    "shared.programme.dates.chronology",
    "shared.programme.record",
)
RULES = sorted(
    {(module, each) for module in MODULES for each in vars(import_module(module)).values() if isinstance(each, Rule)},
    key=lambda one: (one[0], one[1].name),
)
CHINESE = re.compile("[\u4e00-\u9fff]")
ENGLISH = re.compile("[A-Za-z]{3,}")
PRESCRIBING = re.compile(r"\b(must|only|should|once|is given|are given)\b|\.$", re.IGNORECASE)
"""How a rule speaks that would be right, where a title says what is wrong."""

REASONS_IN_ENGLISH = re.compile(r"\b(the|is|are|of|not|it|at|no|an?|and|or|you|must|before|after)\b")


@pytest.mark.parametrize(("module", "rule"), RULES, ids=lambda one: getattr(one, "name", one))
def test_a_title_says_what_is_wrong_and_what_to_do_in_both_languages(module: str, rule: Rule) -> None:
    told = refused(Refusal(rule)).body
    assert told["title"] == rule.sentence
    assert CHINESE.search(str(told["title_zh"]))
    assert not CHINESE.search(rule.sentence.replace("四（二）", ""))
    assert not PRESCRIBING.search(rule.sentence), "it says what would be right"
    assert not str(told["title_zh"]).endswith("。")
    assert ENGLISH.search(str(told["remedy"]))
    assert CHINESE.search(str(told["remedy_zh"]))
    assert bool(rule.remedy) == bool(rule.remedy_zh)
    assert rule.clause == "-" or CHINESE.search(rule.clause) or rule.clause.startswith("GB")
    assert told["status"] == STATUS[rule.kind]


def test_a_rule_is_named_once() -> None:
    for module in MODULES:
        names = [rule.name for at, rule in RULES if at == module]
        assert len(names) == len(set(names)), module


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted([*(ROOT / "services").rglob("*.py"), *(ROOT / "shared").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def _words(node: ast.AST | None) -> str:
    """The literal words of an expression."""
    if node is None:
        return ""
    return " ".join(
        each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)
    )


def _argument(call: ast.Call, place: int, name: str) -> ast.AST | None:
    named = {each.arg: each.value for each in call.keywords}
    return named.get(name) or (call.args[place] if len(call.args) > place else None)


DETAILED = {
    "Refusal": 1,
    "Problem": 3,
    "_bad_header": 1,
    "bad_header": 1,
    "unless": 2,
    "wrong_field": 1,
    "not_taken": 2,
}
"""Where a detail stands among the arguments of what is called."""


def test_every_detail_in_english_words_is_there_in_chinese_too() -> None:
    silent = []
    for place, call in _calls():
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name not in DETAILED:
            continue
        detail, chinese = _argument(call, DETAILED[name], "detail"), _argument(call, DETAILED[name] + 1, "detail_zh")
        if REASONS_IN_ENGLISH.search(_words(detail)) and not CHINESE.search(_words(chinese)):
            silent.append(f"{place} {_words(detail)}")
    assert silent == []


def test_every_problem_has_a_title_in_chinese() -> None:
    silent = []
    for place, call in _calls():
        if isinstance(call.func, ast.Name) and call.func.id == "Problem":
            names = {each.arg for each in call.keywords}
            if "title_zh" not in names:
                silent.append(place)
    assert silent == []


def test_every_problem_with_a_detail_says_it_in_chinese_wherever_its_words_come_from() -> None:
    silent = []
    for place, call in _calls():
        if isinstance(call.func, ast.Name) and call.func.id == "Problem":
            names = {each.arg for each in call.keywords}
            if (len(call.args) > 3 or "detail" in names) and "detail_zh" not in names:
                silent.append(place)
    assert silent == []


def test_a_problem_always_says_title_clause_and_remedy_in_both_languages() -> None:
    told = Problem(418, "teapot", "It is a teapot", title_zh="这是茶壶").body
    assert {"title", "title_zh", "clause", "remedy", "remedy_zh"} <= told.keys()
    assert told["clause"] == "-"
