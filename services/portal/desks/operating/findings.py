"""What wants an operator's attention, from what the processes say of themselves: what it is, and what to do.

It says what docs/operations.md says under "At three in the morning".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.calling.health import HealthAnswer

Report = Mapping[str, Any]

FAR_BEHIND = 1000
"""Events behind which a follower is said to lag; it catches up by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """One thing that wants attention. ``commands`` are what to type, where the command line has the act; ``path`` is
    the page that has it; ``said`` is the process's own word."""

    process: str
    zh: str
    en: str
    do_zh: str
    do: str
    said: str = ""
    commands: tuple[str, ...] = ()
    path: str = ""
    grave: bool = True


def attention(answers: Sequence[HealthAnswer]) -> list[Attention]:
    """Everything, the graver first."""
    return sorted((found for answer in answers for found in _of(answer)), key=lambda found: not found.grave)


def _of(answer: HealthAnswer) -> Iterator[Attention]:
    process, report = answer.process, answer.report
    if not answer.answered or "status" not in report:
        yield _silent(answer)
        return
    yield from _of_its_loops(process, report)
    yield from _of_the_log(process, report)
    for follower in (report.get("followers") or {}).values():
        yield from _of_a_follower(process, follower)
    yield from _of_streams(process, report)
    yield from _of_notices(process, report)
    for said in (report.get("trouble"), report.get("finding")):
        if said:
            yield Attention(
                process=process,
                zh="该进程报告异常",
                en="The process reports trouble",
                said=str(said),
                do_zh="按其说明处理；处理好之后它会自行继续。",
                do="Mend what it says; then it goes on by itself.",
            )


def _silent(answer: HealthAnswer) -> Attention:
    return Attention(
        process=answer.process,
        zh="没有应答",
        en="It does not answer",
        said=str(answer.report.get("title") or ""),
        do_zh="先看它的日志。其他进程不受影响；它恢复后从日志补齐，不会丢失。",
        do="Look at its log first. The others go on; when it is back it catches up from the log, and nothing is lost.",
    )


def _of_its_loops(process: str, report: Report) -> Iterator[Attention]:
    for loop in report.get("ended") or ():
        yield Attention(
            process=process,
            zh=f"后台任务“{loop}”已终止",
            en=f"Its loop “{loop}” has ended",
            do_zh="查看日志中的原因，然后重启该进程。",
            do="Find the cause in its log, then start the process again.",
        )
    for loop, said in (report.get("hindered") or {}).items():
        yield Attention(
            process=process,
            zh=f"后台任务“{loop}”受阻",
            en=f"Its loop “{loop}” is hindered",
            said=str(said),
            do_zh="消除所述障碍，任务会自行继续。",
            do="Take away what hinders it; it goes on by itself.",
        )
    if count := int(report.get("parked") or 0):
        yield Attention(
            process=process,
            zh=f"{count} 个事件被搁置：无法处理，同一对象的后续事件在等待",
            en=f"{count} events are parked: they could not be taken in, and what follows of their streams waits",
            do_zh="查明原因并修复后放行。其余事件照常处理。",
            do="Find and mend the cause, then release them. Everything else goes on.",
            commands=("juqu parked list", "juqu parked show SEQ", "juqu parked release FOLLOWER STREAM"),
        )


def _of_the_log(process: str, report: Report) -> Iterator[Attention]:
    if report.get("begun_anew") or report.get("lost"):
        yield Attention(
            process=process,
            zh="日志曾回退到较早的状态（故障切换或从备份恢复）",
            en="The log went back to an earlier state: a failover, or a backup that was restored",
            said=", ".join(map(str, report.get("begun_anew") or report.get("lost") or ())),
            do_zh="按运维手册“故障切换之后”一节办理。",
            do="Do what the operations manual says under “After a failover”.",
        )


def _of_a_follower(process: str, follower: Report) -> Iterator[Attention]:
    name, lag = str(follower["name"]), int(follower["lag"])
    if follower.get("trouble") or not follower["running"]:
        yield Attention(
            process=process,
            zh=f"“{name}”停在第 {follower['position']} 号事件",
            en=f"“{name}” stands still at event {follower['position']}",
            said=str(follower.get("trouble") or ""),
            do_zh="按其说明处理。读模型可以随时从日志重建。",
            do="Mend what it says. A read model can be built anew from the log at any time.",
            commands=(f"juqu projection rebuild {name} --switch",) if not _acts(name) else (),
        )
    elif lag < 0:
        yield Attention(
            process=process,
            zh=f"“{name}”超出日志末尾 {-lag} 个事件",
            en=f"“{name}” stands {-lag} events beyond the end of the log",
            do_zh="日志曾回退：按运维手册“故障切换之后”一节办理。",
            do="The log went back: do what the operations manual says under “After a failover”.",
        )
    elif lag >= FAR_BEHIND:
        yield Attention(
            process=process,
            zh=f"“{name}”落后 {lag} 个事件",
            en=f"“{name}” is {lag} events behind",
            do_zh="无需处理：它会自行追上。持续增大时，检查 Redis 和数据库。",
            do="Nothing: it catches up by itself. If the number grows, look at Redis and the database.",
            grave=False,
        )


def _acts(follower: str) -> bool:
    """Whether a follower is no read model: it does something about events."""
    return follower.endswith((".reactions", ".deadlines"))


def _of_streams(process: str, report: Report) -> Iterator[Attention]:
    for stream, said in (report.get("faults") or {}).items():
        yield Attention(
            process=process,
            zh=f"消息流“{stream}”已停止发布",
            en=f"Nothing more is published to the stream “{stream}”",
            said=str(said),
            do_zh="若说明为“later life of the log”，本机已被切换下线，应停用；否则按说明处理。",
            do="If it is “of a later life of the log”, this server was failed over from: stop it. Else mend it.",
        )


def _of_notices(process: str, report: Report) -> Iterator[Attention]:
    notices = report.get("notices") or {}
    if unknown := int(notices.get("unknown") or 0):
        yield Attention(
            process=process,
            zh=f"{unknown} 份通知不知是否送出",
            en=f"Of {unknown} notices nobody knows whether they left",
            do_zh="逐份向服务商核实，或者重发（会标明可能重复）。",
            do="Ask the provider about each, or send it again: it is marked as a possible duplicate.",
            path="/operations/notices?state=unknown",
        )
    for name, channel in (report.get("channels") or {}).items():
        if channel.get("paused") or (channel.get("trouble") and channel.get("providers")):
            yield Attention(
                process=process,
                zh=f"渠道“{name}”的服务商已停用" if channel.get("paused") else f"渠道“{name}”异常",
                en=f"A provider of “{name}” is paused" if channel.get("paused") else f"“{name}” is in trouble",
                said=str(channel.get("trouble") or ""),
                do_zh="处理好账户或线路，再在下面恢复使用；通知在此期间等待。",
                do="Mend the account or the line, then use it again below. Its notices wait meanwhile.",
                path="#providers",
            )


__all__ = ["FAR_BEHIND", "Attention", "attention"]
