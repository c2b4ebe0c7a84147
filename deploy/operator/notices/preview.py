"""``juqu notices preview``: how a notice reads with a real case; nothing is sent."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

import typer

from deploy.operator.case.story import find_case
from deploy.operator.frame import records, screen
from deploy.operator.frame.asking import ask_notify
from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.system import DEFAULT_STATE, AsJson, State, find_system
from shared.contracts.notify import Channel, Language
from shared.eventlog.log import EventLog


def preview(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="correction-notice, title-revoked ...")],
    *,
    case: Annotated[str, typer.Option("--case", metavar="CASE_ID", help="With the last such event of this case.")],
    language: Annotated[Language, typer.Option("--language")] = Language.CHINESE,
    channel: Annotated[Channel, typer.Option("--channel")] = Channel.MAIL,
    html: Annotated[bool, typer.Option("--html", help="The HTML of a mail instead of its text.")] = False,
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """How a notice reads with the last event of a case that it tells of; nothing is sent."""
    from services.notify.notices.table import RULES

    if rule not in RULES:
        meant = get_close_matches(rule, RULES, n=3) or sorted(RULES)
        raise Unable(f"There is no such template: {rule}.", f"There are {', '.join(meant)}.", code=NO)
    system = find_system(state)

    async def ask(log: EventLog) -> str:
        return await find_case(log, case)

    asked = {"case_id": records.with_log(system, ask), "language": language.value, "channel": channel.value}
    happened = f"What has happened in it: `juqu case show {case}`"
    found = ask_notify(system, "GET", f"/templates/{rule}/preview", params=asked, hint=happened)
    if machine:
        screen.as_json(found)
        return
    if html:
        screen.line(found["html"])
        return
    segments = f", {found['segments']} segments" if found["segments"] else ""
    screen.line(f"{found['template']} ({found['language']}, {found['channel']}{segments})", "cyan")
    if found["subject"]:
        screen.line(found["subject"], "bold")
    screen.line(found["text"])
