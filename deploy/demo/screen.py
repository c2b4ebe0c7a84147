"""What the demonstration shows while it plays and at its end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import cast

from deploy.demo.announcements import Announcement, parties
from deploy.demo.cases import Step
from deploy.demo.endings import CaseEnd
from deploy.local.issuer.people import panels, rooms
from deploy.local.peers import Peers
from deploy.operator.frame.screen import aside, is_terminal, line, progress_bar, table
from shared.projections.rebuilding.rebuild import Rebuilt

DOING = {
    "apply": "联合申报",
    "apply_in_vain": "申报，条件不符",
    "endorse": "市（州）局盖章同意",
    "paper": "录入纸质申报",
    "correction_notice": "一次性补正告知",
    "correct": "补正",
    "accept": "受理",
    "convene": "组建专家组",
    "recuse": "专家回避",
    "score": "专家评分",
    "schedule_visit": "安排现场考察",
    "reschedule_visit": "改期现场考察",
    "report_visit": "现场考察",
    "conclude_panel": "专家组结论",
    "publicise": "公示",
    "object": "公众异议",
    "answer_objection": "答复异议",
    "approve": "批复确认",
    "report": "年度报告",
    "support": "检查指导",
    "roster": "更新机构名录",
    "assess": "期满考核",
    "recommend": "优先推荐",
    "retain": "保留称号",
    "order_rectification": "限期整改",
    "rectification_report": "整改报告",
    "expect_lapse": "整改逾期",
    "reassess": "整改复核",
    "invite_hearing": "告知陈述申辩",
    "state": "陈述申辩",
    "revoke": "取消称号",
    "old_code": "原区划代码申报",
}


def starting() -> None:
    """The system is being started."""
    aside("Starting PostgreSQL, Valkey, a mail server, an SMS centre and eight processes ...")


def started(seconds: float) -> None:
    """The system is up."""
    aside(f"Started in {seconds:.0f} s. Five years now pass.")


@contextmanager
def progress(steps: int) -> Iterator[Callable[[Step], None]]:
    """A bar on a terminal, else a line a case and step; called before each step."""
    with progress_bar() as bar:
        task = bar.add_task("", total=steps, rate="")

        def advance(step: Step) -> None:
            text = f"{step.on}  {step.case:<8}  {DOING[step.do]}"
            bar.update(task, advance=1, description=f"{text:<34}")
            if not is_terminal():
                aside(text)

        yield advance


CHANNELS = {"mail": "by mail", "sms": "by short message", "webhook": "to other systems"}


def notices(ends: Sequence[CaseEnd], announcements: Mapping[str, Sequence[Announcement]]) -> None:
    """Each case's notices with their state: what was told on a day, to whom by which channel, and what became of it."""
    for end in ends:
        of_case = announcements[end.case_id]
        states = ", ".join(f"{count} {state}" for state, count in end.notices.items())
        line()
        line(f"{end.case}: {sum(end.notices.values())} messages ({states or 'none'})", "bold")
        line("  ".join(f"{role}: {_few(offices)}" for role, offices in parties(of_case).items()), "dim")
        channels = [name for name in CHANNELS if any(each.by(name) for each in of_case)]
        rows = [[each.on, each.subject, each.rule, *(each.by(name) for name in channels)] for each in of_case]
        table(("on", "notice", "rule", *(CHANNELS[name] for name in channels)), rows, styles={"on": "cyan"})


def _few(offices: Sequence[str]) -> str:
    return ", ".join(offices[:3]) + (f" and {len(offices) - 3} more" if len(offices) > 3 else "")


def endings(ends: Sequence[CaseEnd], rebuilt: Mapping[str, Rebuilt], explained: str) -> None:
    """The table that the demonstration ends with."""
    same = "yes" if all(model.equal for model in rebuilt.values()) else "NO"
    line()
    rows = [
        [
            each.case,
            each.expected,
            each.reached,
            each.events,
            each.sent,
            each.other,
            same,
            "ok" if each.as_expected else "NO",
        ]
        for each in ends
    ]
    columns = ("case", "expected", "reached", "events", "notices sent", "not sent", "rebuilt digest equal", "")
    table(columns, rows, styles={"": "bold"})
    line()
    line(f"OLD-CODE: {explained}")
    line()
    table(
        ("projection", "events", "live digest", "rebuilt digest"),
        [[name, each.events, _short(each.live), _short(each.shadow)] for name, each in sorted(rebuilt.items())],
    )


def _short(digest: object) -> str:
    combined = getattr(digest, "combined", "")
    return f"{combined[:16]}…" if combined else "none"


def messages(peers: Peers) -> None:
    """How many messages came, and the last of each kind as its receiver got it."""
    received = peers.received()
    line()
    line(f"The mail server took {len(received.mails)} mails, the SMS centre {len(received.texts)} messages. The last:")
    if received.mails:
        last = received.mails[-1]
        line()
        line(f"mail to {', '.join(map(str, cast(list[str], last['to'])))}: {last['subject']}", style="bold")
        line(_body(peers.maildir / f"{last['number']:06}.eml"))
    if received.texts:
        line()
        line(f"SMS to {received.texts[-1]['to']}, in {received.texts[-1]['segments']} segment(s)", style="bold")
        line(str(received.texts[-1]["text"]))


def _body(mail: Path) -> str:
    body = message_from_bytes(mail.read_bytes(), policy=default).get_body(("plain",))
    return str(body.get_content()).replace("\r\n", "\n").strip() if body else ""


def following(ends: Sequence[CaseEnd], state: Path, seconds: float) -> None:
    """What to try next."""
    case_id = next((end.case_id for end in ends if end.reached == "revoked"), "CASE_ID")
    folder = os.path.relpath(state)
    where = f" --state {folder}"
    line()
    line(f"{sum(end.as_expected for end in ends)} of {len(ends)} cases ended as they must, in {seconds:.0f} s.")
    line(f"Its data is in {folder}/. Start it again, and ask it why:")
    line(f"  .venv/bin/juqu up{where}")
    line(f"  .venv/bin/juqu case show {case_id}{where}")
    line(f"  .venv/bin/juqu log search --type lifecycle.TitleRevoked{where}")
    line(f"  .venv/bin/juqu projection rebuild lifecycle.districts{where}")
    line("Or start an empty system: make up")


def portal(address: str, *, stays: bool) -> None:
    """Where to look at it in a browser, and as whom."""
    line()
    line(f"The portal, with the played cases in it: {address}/", style="bold green")
    people = [(room.people[0].office, room.people[0].actor.name, room.title_zh) for room in (*rooms()[:4], panels()[0])]
    people += [(offered.office, offered.actor.name, rooms()[4].title_zh) for offered in rooms()[4].people]
    table(("sign in as", "office", "among"), [[name, office, among] for office, name, among in people])
    line("It stays open until you press Ctrl-C." if stays else "It ends now; the commands above open it again.")


def failed(error: Exception, logs: Path) -> None:
    """Something was not as it must be."""
    line()
    line(f"{type(error).__name__}: {error}", style="bold red")
    line(f"The processes' logs are in {logs}")


__all__ = [
    "endings",
    "failed",
    "following",
    "is_terminal",
    "messages",
    "notices",
    "portal",
    "progress",
    "started",
    "starting",
]
