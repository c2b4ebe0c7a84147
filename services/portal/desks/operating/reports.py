"""What the processes say of themselves, as tables: processes, followers of the log, streams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.portal.calling.health import HealthAnswer

WORK: Final = {
    "intake": ("申报、盖章、推荐", "Applications, seals, endorsement"),
    "review": ("审查、评审、公示、批复", "Examination, panel, publicity, approval"),
    "lifecycle": ("建设期、考核、称号", "The term, assessment, the title"),
    "notify": ("信函和短信", "Letters and short messages"),
    "office": ("单位内部委托", "What offices arrange among themselves"),
    "notary": ("签发检查点", "Signs checkpoints"),
    "relay": ("把日志发布到消息流", "Publishes the log to the streams"),
    "portal": ("本网站", "This site"),
}
ROLES: Final = {"leading": ("主用", "leads"), "standby": ("备用", "stands by")}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownProcess:
    """A process: how it is (``kind`` is the tag's), and its next deadline where it has any."""

    name: str
    work: tuple[str, str]
    kind: str
    state: tuple[str, str]
    role: tuple[str, str]
    parked: int | None
    due: int | None
    next_due: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFollower:
    """Who follows the log: a read model, or what acts by itself. ``live``: Redis brings its events."""

    name: str
    process: str
    acts: bool
    position: int
    lag: int
    kind: str
    state: tuple[str, str]
    live: bool


@dataclass(frozen=True, slots=True)
class ShownStream:
    """A stream of Redis, the last event in it, and why it stands still."""

    name: str
    tail: int
    fault: str


def shown_processes(answers: Sequence[HealthAnswer]) -> list[ShownProcess]:
    """A row a process."""
    return [_process(answer) for answer in answers]


def _process(answer: HealthAnswer) -> ShownProcess:
    report = answer.report
    deadlines = report.get("deadlines") or {}
    kind, state = _state(answer)
    return ShownProcess(
        name=answer.process,
        work=WORK.get(answer.process, ("", "")),
        kind=kind,
        state=state,
        role=ROLES.get(str(report.get("role") or ""), ("", "")),
        parked=report.get("parked"),
        due=deadlines.get("due"),
        next_due=str(deadlines.get("next") or ""),
    )


def _state(answer: HealthAnswer) -> tuple[str, tuple[str, str]]:
    if not answer.answered:
        return "late", ("无应答", "No answer")
    if answer.report.get("status") != "ok":
        return "late", ("异常", "Failing")
    return "done", ("正常", "Well")


def shown_followers(answers: Sequence[HealthAnswer]) -> list[ShownFollower]:
    """A row a follower, in the order of the processes."""
    return [
        _follower(answer.process, follower)
        for answer in answers
        for follower in (answer.report.get("followers") or {}).values()
    ]


def _follower(process: str, row: Mapping[str, Any]) -> ShownFollower:
    lag, name = int(row["lag"]), str(row["name"])
    if row.get("trouble") or not row["running"] or lag < 0:
        kind, state = "late", ("停止", "Stands still")
    elif lag:
        kind, state = "soon", (f"落后 {lag}", f"{lag} behind")
    else:
        kind, state = "done", ("同步", "Up to date")
    return ShownFollower(
        name=name,
        process=process,
        acts=name.endswith((".reactions", ".deadlines")),
        position=int(row["position"]),
        lag=lag,
        kind=kind,
        state=state,
        live=bool(row.get("live")),
    )


def shown_streams(relay: Mapping[str, Any]) -> list[ShownStream]:
    """The streams that the relay fills."""
    faults = relay.get("faults") or {}
    return [
        ShownStream(name, int(tail), str(faults.get(name) or "")) for name, tail in (relay.get("tails") or {}).items()
    ]


__all__ = ["ShownFollower", "ShownProcess", "ShownStream", "shown_followers", "shown_processes", "shown_streams"]
