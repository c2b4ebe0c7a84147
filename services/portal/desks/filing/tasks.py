"""An application as a list of tasks: what is done, what is wrong, what cannot be done yet and what it waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from services.portal.desks.filing.sections import BLANK, SECTIONS, UNITS, FormSection, is_filled, top
from services.portal.desks.filing.standing import EDITABLE, SEALERS, CaseHead, Row
from services.portal.desks.words import Bilingual
from shared.contracts.intake import Sealer

Found = Mapping[str, Any]
"""A finding, or a condition, as intake shows it."""
_LACKING: Final = frozenset({"missing", "evidence_missing"})


NOTHING: Final = Bilingual("", "")


class TaskState(StrEnum):
    """How far a task is."""

    NOT_STARTED = "not-started"
    LEFT_EMPTY = "left-empty"
    DOING = "doing"
    WRONG = "wrong"
    READY = "ready"
    DONE = "done"
    WAITING = "waiting"


STATES: Final = {
    TaskState.NOT_STARTED: ("未开始", "Not started", ""),
    TaskState.LEFT_EMPTY: ("未填写", "Left empty", ""),
    TaskState.DOING: ("填写中", "In progress", "soon"),
    TaskState.WRONG: ("有问题", "To put right", "late"),
    TaskState.READY: ("可以办理", "Ready", "act"),
    TaskState.DONE: ("已完成", "Done", "done"),
    TaskState.WAITING: ("尚不能办理", "Cannot start yet", ""),
}


@dataclass(frozen=True, slots=True)
class Task:
    """A row of the list. ``path`` is empty where it cannot be done yet; ``note`` says what is lacking or awaited."""

    title: Bilingual
    path: str
    state: TaskState
    note: Bilingual = NOTHING

    @property
    def words(self) -> tuple[str, str, str]:
        """What its state is called in both languages, and the colour of its tag."""
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """Tasks under one heading."""

    title: Bilingual
    tasks: tuple[Task, ...]

    @property
    def done(self) -> int:
        """How many of them are done."""
        return sum(task.state is TaskState.DONE for task in self.tasks)


def task_list(
    head: CaseHead, row: Row, findings: Sequence[Found], conditions: Sequence[Found]
) -> tuple[TaskGroup, ...]:
    """Everything there is to do, in the order in which it is done."""
    form = row["form"] or BLANK
    by_key = {each.key: _of_section(each, head, form, findings, conditions) for each in SECTIONS}
    if not _coded(form):
        waits = Bilingual(
            "等服务机构名册：先填写机构及其信用代码", "Waits for the roster: institutions with their codes"
        )
        by_key["coverage"] = Task(by_key["coverage"].title, "", TaskState.WAITING, waits)
    return (
        TaskGroup(Bilingual("申报单位", "The applicants"), (_units(head, findings), by_key["people"])),
        TaskGroup(
            Bilingual("集聚区", "The district"),
            tuple(by_key[key] for key in ("district", "roster", "staff", "coverage")),
        ),
        TaskGroup(
            Bilingual("服务业重点单位、规划与保障", "Key unit, plan, means"),
            tuple(by_key[key] for key in ("key-unit", "plan", "means")),
        ),
        TaskGroup(
            Bilingual("材料、盖章与报送", "Documents, seals, sending"),
            (_evidence(head, row, findings), *_at_the_end(head, row)),
        ),
    )


def of_this_section(section: FormSection, findings: Sequence[Found]) -> tuple[Found, ...]:
    """Those of the findings that are mended in a section."""
    return tuple(each for each in findings if section.holds(each["field"]))


def _of_section(
    section: FormSection,
    head: CaseHead,
    form: Mapping[str, Any],
    findings: Sequence[Found],
    conditions: Sequence[Found],
) -> Task:
    found = of_this_section(section, findings)
    unmet = [each for each in conditions if each["key"] in section.conditions and each["outcome"] == "not_met"]
    state, note = _state(is_filled(section.of(form)), found, unmet)
    if state is TaskState.NOT_STARTED and head.stage not in EDITABLE:
        state = TaskState.LEFT_EMPTY
    return Task(Bilingual(section.zh, section.en), f"{head.path}/form/{section.key}", state, note)


def _state(filled: bool, found: Sequence[Found], unmet: Sequence[Found]) -> tuple[TaskState, Bilingual]:
    errors = [each for each in found if each["severity"] == "error"]
    wrong = [each for each in errors if each["rule"] not in _LACKING]
    if not filled:
        return TaskState.NOT_STARTED, NOTHING
    if wrong:
        return TaskState.WRONG, _first_of(wrong)
    if errors:
        return TaskState.DOING, _first_of(errors)
    if unmet:
        return TaskState.DOING, Bilingual(unmet[0]["remedy_zh"], unmet[0]["remedy_en"])
    return TaskState.DONE, NOTHING


def _first_of(errors: Sequence[Found]) -> Bilingual:
    more = len(errors) - 1
    zh, en = errors[0]["message_zh"], errors[0]["message_en"]
    return Bilingual(f"{zh}等{more + 1}处", f"{en}, and {more} more") if more else Bilingual(zh, en)


def _units(head: CaseHead, findings: Sequence[Found]) -> Task:
    found = [each for each in findings if top(each["field"]) in UNITS]
    state, note = _state(True, found, ())
    return Task(Bilingual("两家申报单位", "The two applicants"), f"{head.path}/units", state, note)


def _evidence(head: CaseHead, row: Row, findings: Sequence[Found]) -> Task:
    found = [each for each in findings if top(each["field"]) == "evidence"]
    state, note = _state(bool(row["attachments"]), found, ())
    return Task(Bilingual("证明材料", "Evidence"), f"{head.path}/evidence", state, note)


def _at_the_end(head: CaseHead, row: Row) -> Iterator[Task]:
    wanting = [each for each in _sealers(row) if each not in head.sealed]
    again = head.stage == "correcting"
    seals = Bilingual("重新盖章", "Seal again") if again else Bilingual("双方盖章", "Both seals")
    yield _sealing(seals, head, row, wanting)
    if again:
        yield Task(Bilingual("报送补正", "Send the correction"), f"{head.path}/correction", TaskState.READY)
    elif head.stage != "draft":
        yield Task(Bilingual("报送", "Send it on"), f"{head.path}/seals", TaskState.DONE)
    elif wanting:
        waits = Bilingual(f"等盖章：{_named(wanting).zh}", f"Waits for the seals of: {_named(wanting).en}")
        yield Task(Bilingual("报送", "Send it on"), "", TaskState.WAITING, waits)
    else:
        yield Task(Bilingual("报送", "Send it on"), f"{head.path}/seals#send", TaskState.READY)


def _sealing(title: Bilingual, head: CaseHead, row: Row, wanting: Sequence[Sealer]) -> Task:
    if row["form"] is None:
        waits = Bilingual("等申请书：先保存任一部分", "Waits for the form: save any section first")
        return Task(title, "", TaskState.WAITING, waits)
    if not wanting:
        return Task(title, f"{head.path}/seals", TaskState.DONE)
    begun = TaskState.DOING if head.sealed else TaskState.NOT_STARTED
    lacks = Bilingual(f"待盖章：{_named(wanting).zh}", f"Wanting: {_named(wanting).en}")
    return Task(title, f"{head.path}/seals", begun, lacks)


def _sealers(row: Row) -> list[Sealer]:
    """Both applicants, and whoever has sealed before."""
    before = {seal["sealer"] for seal in row["seals"]}
    return [each for each in Sealer if each is not Sealer.CITY or each.value in before]


def _named(sealers: Sequence[Sealer]) -> Bilingual:
    return Bilingual("、".join(SEALERS[each].zh for each in sealers), ", ".join(SEALERS[each].en for each in sealers))


def _coded(form: Mapping[str, Any]) -> bool:
    return any(firm["uscc"] for firm in form["institutions"])


__all__ = ["STATES", "Found", "Task", "TaskGroup", "TaskState", "of_this_section", "task_list"]
