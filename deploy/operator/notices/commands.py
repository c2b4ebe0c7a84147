"""``juqu notices`` and ``dkim``: what was sent to whom and what became of it; sending again; providers; mail keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from deploy.operator.frame import records, screen
from deploy.operator.frame.asking import ask_notify
from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.options import DEFAULT_STATE, AsJson, State
from deploy.operator.frame.system import find_system
from deploy.operator.notices import asking, shown
from services.notify.masking import masked
from services.notify.states import NoticeState
from shared.contracts.notify import Channel, Language

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Notices: what was sent to whom, by which rule, and what is known of it.",
)
dkim_app = typer.Typer(help="The keys that mails are signed with.", no_args_is_help=True)
APPS = {"notices": app, "dkim": dkim_app}

Reason = Annotated[str, typer.Option("--reason", help="Why; it is recorded.")]


@app.command("list")
def list_(
    *,
    case: Annotated[str, typer.Option("--case", metavar="CASE_ID", help="Of one case; its beginning will do.")] = "",
    in_state: Annotated[NoticeState | None, typer.Option("--in", help="How it stands.", show_default=False)] = None,
    channel: Annotated[Channel | None, typer.Option("--channel", help="By what.", show_default=False)] = None,
    before: Annotated[
        int | None,
        typer.Option("--before", min=0, max=records.LAST_SEQ, metavar="SEQ", help="Asked for before this event."),
    ] = None,
    oldest: Annotated[bool, typer.Option("--oldest", help="The oldest first.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500)] = 100,
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """Notices with their state, the newest first; addresses are masked."""
    if before is not None and oldest:
        raise Unable("--before pages through the newest first; it does not go with --oldest.")
    system = find_system(state)
    choices = {"state": in_state, "channel": channel, "before": before}
    params = {name: str(value) for name, value in choices.items() if value is not None}
    params |= {"case_id": asking.case_of(system, case)} if case else {}
    params |= {"order": "oldest" if oldest else "newest", "limit": str(limit)}
    rows = ask_notify(system, "GET", "/notices", params=params)
    if machine:
        for row in rows:
            screen.as_json(row)
        return
    if not rows:
        screen.line("There are no such notices.")
        return
    columns = ("delivery_id", "requested_on", "channel", "recipient", "address", "rule", "state", "attempts")
    cells = [[row[name] for name in columns] for row in rows]
    screen.table(columns, cells, styles={"state": "green", "requested_on": "cyan"})
    if len(rows) == limit:
        _tell_of_more(rows, params, oldest=oldest)


def _tell_of_more(rows: Sequence[Mapping[str, Any]], params: Mapping[str, str], *, oldest: bool) -> None:
    if oldest:
        screen.hint(f"The oldest {len(rows)}; there may be more: `juqu notices list --oldest --limit 500`", "yellow")
        return
    options = {"state": "in", "channel": "channel", "case_id": "case", "limit": "limit"}
    again = "".join(f" --{option} {params[name]}" for name, option in options.items() if name in params)
    before = rows[-1]["requested_seq"]
    screen.hint(
        f"The newest {len(rows)}; there may be older ones: `juqu notices list --before {before}{again}`", "yellow"
    )


@app.command()
def show(
    delivery_id: Annotated[str, typer.Argument(metavar="DELIVERY_ID", help="As `juqu notices list` shows it.")],
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """One notice: its cause, rule and recipient, then every attempt and receipt in time order. That it was read is
    recorded."""
    events = asking.history(find_system(state), delivery_id)
    steps = [shown.step(event) for event in events]
    if machine:
        screen.as_json({"delivery_id": delivery_id, "history": steps})
        return
    first = records.facts_of(events[0])
    names = ("case_id", "cause_type", "cause_id", "rule", "rule_version", "role", "recipient", "channel", "template")
    pairs: list[tuple[str, object]] = [(name, first.get(name, "")) for name in names]
    screen.fields([*pairs, ("address", masked(str(first.get("address", ""))))])
    rows = [(step["recorded_at"], step["seq"], step["what"], step["facts"]) for step in steps]
    screen.table(("recorded", "seq", "what", "facts"), rows, styles={"recorded": "cyan", "what": "green"})


@app.command()
def resend(
    delivery_id: Annotated[str, typer.Argument(metavar="DELIVERY_ID")],
    reason: Reason,
    state: State = DEFAULT_STATE,
) -> None:
    """Send again a notice that the law demands and that was rejected, expired, not delivered, or of which nobody knows.

    It may come twice. Where nobody knows, ask the provider first: `juqu notices reconcile`.
    """
    system, path = find_system(state), f"/notices/{asking.notice_id(delivery_id)}/resend"
    ask_notify(system, "POST", path, body={"reason": reason}, hint=asking.NOTICES)
    screen.line("It is sent again, marked as a possible duplicate.", "yellow")


@app.command()
def reconcile(
    delivery_id: Annotated[str, typer.Argument(metavar="DELIVERY_ID")],
    state: State = DEFAULT_STATE,
) -> None:
    """Ask the provider what became of an attempt of which nobody knows, and settle it by its word."""
    system = find_system(state)
    path = f"/notices/{asking.notice_id(delivery_id)}/reconcile"
    done = ask_notify(system, "POST", path, body={}, hint=asking.NOTICES)
    settled = [name.partition(".")[2] for name in done["events"]]
    if settled == ["DeliveryReconciled"]:
        again = f"`juqu notices resend {delivery_id} --reason TEXT`"
        raise Unable("The provider cannot say; the notice stays unknown.", f"To send it again: {again}", code=NO)
    screen.line(f"Settled: {', '.join(settled)}.", "green")


@app.command()
def pause(
    provider: Annotated[str, typer.Argument(help="smtp, smpp, smtp-2 ...")],
    reason: Reason,
    state: State = DEFAULT_STATE,
) -> None:
    """Give a provider nothing more; its channel's other providers go on, else the notices wait."""
    system = find_system(state)
    asking.require_provider(system, provider)
    ask_notify(system, "POST", f"/providers/{provider}/pause", body={"reason": reason})
    screen.line(f"{provider} is paused.", "yellow")
    screen.hint(f"Once that is mended: `juqu notices resume {provider} --reason TEXT`")


@app.command()
def resume(
    provider: Annotated[str, typer.Argument(help="smtp, smpp, smtp-2 ...")],
    reason: Reason,
    state: State = DEFAULT_STATE,
) -> None:
    """Use a provider again, once what it was paused for is mended."""
    system = find_system(state)
    asking.require_provider(system, provider)
    ask_notify(system, "POST", f"/providers/{provider}/resume", body={"reason": reason})
    screen.line(f"{provider} is used again.", "green")


@app.command()
def providers(state: State = DEFAULT_STATE, machine: AsJson = False) -> None:
    """The providers in the order in which they are tried, and what stops one."""
    rows = ask_notify(find_system(state), "GET", "/providers")
    if machine:
        for row in rows:
            screen.as_json(row)
        return
    columns = ("provider", "channel", "state", "reason", "paused_by", "since", "trouble")
    screen.table(columns, [[row[name] for name in columns] for row in rows], styles={"state": "green"})


@app.command()
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
    asking.require_template(rule)
    system = find_system(state)
    params = {"case_id": asking.case_of(system, case), "language": language.value, "channel": channel.value}
    hint = f"What has happened in it: `juqu case show {case}`"
    notice = ask_notify(system, "GET", f"/templates/{rule}/preview", params=params, hint=hint)
    if machine:
        screen.as_json(notice)
        return
    if html:
        screen.line(notice["html"])
        return
    segments = f", {notice['segments']} segments" if notice["segments"] else ""
    screen.line(f"{notice['template']} ({notice['language']}, {notice['channel']}{segments})", "cyan")
    if notice["subject"]:
        screen.line(notice["subject"], "bold")
    screen.line(notice["text"])


@dkim_app.callback()
def dkim() -> None:
    """The keys that mails are signed with."""


@dkim_app.command()
def record(
    domain: Annotated[
        str, typer.Option(envvar="JUQU_DKIM_DOMAIN", help="The domain that signs: the sender's, or one above it.")
    ],
    selector: Annotated[
        str, typer.Option(envvar="JUQU_DKIM_SELECTOR", help="The keys' names, with commas; ed...: Ed25519.")
    ] = "juqu",
    state: State = DEFAULT_STATE,
) -> None:
    """Print the TXT records of the keys. A key that is not there yet is made in the keys folder."""
    from deploy.operator.notices.dkim import dns_records

    for text in dns_records(state, domain, selector):
        typer.echo(text)


__all__ = ["APPS"]
