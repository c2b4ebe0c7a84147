"""``juqu notices preview``: how a notice reads with a real case; nothing is sent."""

from __future__ import annotations

from typing import Annotated

import typer

from deploy.operator import screen
from deploy.operator.asking import ask_notify
from deploy.operator.system import DEFAULT_STATE, AsJson, State, find_system
from shared.contracts.notify import Channel, Language


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
    asked = {"case_id": case, "language": language.value, "channel": channel.value}
    found = ask_notify(find_system(state), "GET", f"/templates/{rule}/preview", params=asked)
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
