"""``juqu notices``: what was sent to whom and what became of it; sending again, asking providers, pausing them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import typer

from deploy.operator.case.story import find_case
from deploy.operator.frame import records, screen
from deploy.operator.frame.asking import ask_notify
from deploy.operator.frame.failures import NO, Unable
from deploy.operator.frame.system import DEFAULT_STATE, AsJson, State, System, find_system
from deploy.operator.notices.preview import preview
from services.notify.states import NoticeState
from shared.contracts.notify import Channel
from shared.eventlog.log import EventLog, Search, StoredEvent

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Notices: what was sent to whom, by which rule, and what is known of it.",
)
Reason = Annotated[str, typer.Option("--reason", help="Why; it is recorded.")]
_PERSONAL = {"address", "recipient_name", "body", "html", "variables", "subject", "unsubscribe_url", "message_id"}


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
    wanted = {"state": in_state, "channel": channel, "before": before}
    given = {name: str(value) for name, value in wanted.items() if value is not None}
    given |= {"case_id": _case(system, case)} if case else {}
    given |= {"order": "oldest" if oldest else "newest", "limit": str(limit)}
    rows = [_masked(each) for each in ask_notify(system, "GET", "/notices", params=given)]
    if machine:
        for each in rows:
            screen.as_json(each)
        return
    if not rows:
        screen.line("There are no such notices.")
        return
    columns = ("delivery_id", "requested_on", "channel", "recipient", "address", "rule", "state", "attempts", "reason")
    cells = [[each[name] for name in columns] for each in rows]
    screen.table(columns, cells, styles={"state": "green", "requested_on": "cyan"})
    if len(rows) == limit:
        _tell_of_more(rows, given, oldest=oldest)


def _tell_of_more(rows: Sequence[Mapping[str, Any]], given: Mapping[str, str], *, oldest: bool) -> None:
    if oldest:
        screen.hint(f"The oldest {len(rows)}; there may be more: `juqu notices list --oldest --limit 500`", "yellow")
        return
    asked = {"state": "in", "channel": "channel", "case_id": "case", "limit": "limit"}
    again = "".join(f" --{option} {given[name]}" for name, option in asked.items() if name in given)
    before = rows[-1]["requested_seq"]
    screen.hint(
        f"The newest {len(rows)}; there may be older ones: `juqu notices list --before {before}{again}`", "yellow"
    )


def _case(system: System, given: str) -> str:
    """The case of an id or of its beginning; raises ``Unable``."""

    async def ask(log: EventLog) -> str:
        return await find_case(log, given)

    return records.with_log(system, ask)


@app.command()
def show(
    delivery_id: Annotated[str, typer.Argument(metavar="DELIVERY_ID", help="As `juqu notices list` shows it.")],
    state: State = DEFAULT_STATE,
    machine: AsJson = False,
) -> None:
    """One notice: its cause, rule and recipient, then every attempt and receipt in time order. That it was read is
    recorded."""
    system = find_system(state)

    async def ask(log: EventLog) -> list[StoredEvent]:
        stream = f"notify/delivery/{delivery_id}"
        found = await log.search(Search(in_stream=stream), limit=records.ALL, newest_first=False)
        return await records.readable(log, system, [each for each in found if each.stream == stream])

    events = records.with_log(system, ask)
    if not events:
        raise Unable(f"There is no notice {delivery_id}.", _NOTICES, code=NO)
    told = [_told(each) for each in events]
    if machine:
        screen.as_json({"delivery_id": delivery_id, "history": told})
        return
    first = records.facts_of(events[0])
    names = ("case_id", "cause_type", "cause_id", "rule", "rule_version", "role", "recipient", "channel", "template")
    pairs: list[tuple[str, object]] = [(name, first.get(name, "")) for name in names]
    screen.fields([*pairs, ("address", masked(str(first.get("address", ""))))])
    rows = [(each["recorded_at"], each["seq"], each["what"], each["facts"]) for each in told]
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
    ask_notify(
        find_system(state), "POST", f"/notices/{_notice(delivery_id)}/resend", body={"reason": reason}, hint=_NOTICES
    )
    screen.line("It is sent again, marked as a possible duplicate.", "yellow")


@app.command()
def reconcile(
    delivery_id: Annotated[str, typer.Argument(metavar="DELIVERY_ID")],
    state: State = DEFAULT_STATE,
) -> None:
    """Ask the provider what became of an attempt of which nobody knows, and settle it by its word."""
    system = find_system(state)
    done = ask_notify(system, "POST", f"/notices/{_notice(delivery_id)}/reconcile", body={}, hint=_NOTICES)
    settled = [name.partition(".")[2] for name in done["events"]]
    if settled == ["DeliveryReconciled"]:
        again = f"`juqu notices resend {delivery_id} --reason TEXT`"
        raise Unable("The provider cannot say; the notice stays unknown.", f"To send it again: {again}", code=NO)
    screen.line(f"Settled: {', '.join(settled)}.", "green")


_NOTICES = "What there is: `juqu notices list`"


def _notice(given: str) -> str:
    """The id of a notice; raises ``Unable`` for what can be none."""
    try:
        return str(UUID(given))
    except ValueError:
        raise Unable(f"There is no notice {given}.", _NOTICES, code=NO) from None


@app.command()
def pause(
    provider: Annotated[str, typer.Argument(help="smtp, smpp, smtp-2 ...")],
    reason: Reason,
    state: State = DEFAULT_STATE,
) -> None:
    """Give a provider nothing more; its channel's other providers go on, else the notices wait."""
    system = find_system(state)
    ask_notify(system, "POST", f"/providers/{_provider(system, provider)}/pause", body={"reason": reason})
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
    ask_notify(system, "POST", f"/providers/{_provider(system, provider)}/resume", body={"reason": reason})
    screen.line(f"{provider} is used again.", "green")


def _provider(system: System, given: str) -> str:
    known = [each["provider"] for each in ask_notify(system, "GET", "/providers")]
    if given not in known:
        there = f"There are {', '.join(known)}" if known else "None is set"
        raise Unable(f"There is no such provider: {given}.", f"{there}: `juqu notices providers`", code=NO)
    return given


@app.command()
def providers(state: State = DEFAULT_STATE, machine: AsJson = False) -> None:
    """The providers in the order in which they are tried, and what stops one."""
    found = ask_notify(find_system(state), "GET", "/providers")
    if machine:
        for each in found:
            screen.as_json(each)
        return
    columns = ("provider", "channel", "state", "reason", "paused_by", "since", "trouble")
    screen.table(columns, [[each[name] for name in columns] for each in found], styles={"state": "green"})


app.command()(preview)


def masked(address: str) -> str:
    """An address of which only enough is left to be told apart: ``c***@example.org``, ``+86****0005``."""
    name, at, domain = address.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    if "://" in address:
        return re.sub(r"^(\w+://[^/]+).*", r"\1/***", address)
    return f"{address[:3]}****{address[-4:]}" if len(address) > 7 else "***" if address else ""


def _masked(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in row.items() if name not in _PERSONAL}
    return shown | {"address": masked(str(row["address"]))}


def _told(event: StoredEvent) -> dict[str, object]:
    facts = {name: value for name, value in records.facts_of(event).items() if value not in ("", None, [], False)}
    said = "; ".join(
        f"{name}={value}" for name, value in facts.items() if name not in _PERSONAL | {"delivery_id", "case_id"}
    )
    return {
        "seq": event.seq,
        "recorded_at": records.local(event.recorded_at),
        "what": records.named(event),
        "facts": said if event.version > 1 else f"content {str(facts.get('content_sha256', ''))[:16]}",
    }


__all__ = ["app", "masked"]
