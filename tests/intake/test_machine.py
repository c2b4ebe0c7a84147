"""An application under random commands by random people, from every stage."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar

from services.intake.application import commands, decider
from services.intake.application.state import NotOpened
from shared.contracts import intake as events
from shared.contracts import review as review_events
from shared.contracts.core import Actor, Command, Due, Event, Reason
from shared.contracts.intake import Sealer
from shared.programme.forms import EvidenceKind
from shared.programme.record import Recorded
from tests.intake.cases import (
    CASE,
    CITY,
    CITY_CLERK,
    CORRECTED,
    COUNTY,
    COUNTY_UNIT,
    ENDINGS,
    KEY,
    KEY_UNIT,
    MARK,
    OTHER_CITY,
    OTHER_COUNTY,
    PROVINCE,
    SYSTEM,
    awaiting,
    by,
    filed,
    form,
    open_draft,
    opened,
    ready,
    stored,
    written,
)
from tests.machine import SETTINGS, Ask, DeciderMachine

PEOPLE = (COUNTY, KEY, CITY, CITY_CLERK, OTHER_CITY, OTHER_COUNTY, PROVINCE, SYSTEM)
LAW = Due(date(2018, 7, 2))
ITEM = Reason("form", "missing", "四（三）", "Please put it right", "请补正")


def _sha(machine: DeciderMachine) -> str:
    state = machine.state
    return "0" * 64 if isinstance(state, NotOpened) else state.application.packet_sha256


def _attachment(machine: DeciderMachine) -> str:
    state = machine.state
    held = () if isinstance(state, NotOpened) else state.application.attachments
    return held[-1].attachment_id if held else "none"


def _packet(who: Actor) -> list[Ask]:
    return [
        lambda m: open_draft(who, m.on()),
        lambda m: commands.ReviseForm(context=by(who, m.on()), case_id=CASE, form=form()),
        lambda m: commands.ReviseForm(context=by(who, m.on()), case_id=CASE, form=form(institutions=())),
        lambda m: commands.AddAttachment(
            context=by(who, m.on()), case_id=CASE, kind=EvidenceKind.WORK_PLAN, title="", file=stored(m.on())
        ),
        lambda m: commands.RemoveAttachment(context=by(who, m.on()), case_id=CASE, attachment_id=_attachment(m)),
        lambda m: commands.CorrectUnit(
            context=by(who, m.on()), case_id=CASE, sealer=Sealer.COUNTY, unit=replace(COUNTY_UNIT, name="新名（虚构）")
        ),
        lambda m: commands.SealPacket(context=by(who, m.on()), case_id=CASE, packet_sha256=_sha(m), mark=MARK),
        lambda m: commands.RequestEndorsement(context=by(who, m.on()), case_id=CASE),
        lambda m: commands.Withdraw(context=by(who, m.on()), case_id=CASE, reason="撤回"),
        lambda m: commands.FileCorrection(context=by(who, m.on()), case_id=CASE),
    ]


def _answers(who: Actor) -> list[Ask]:
    return [
        lambda m: commands.Endorse(
            context=by(who, m.on()), case_id=CASE, opinion="同意", packet_sha256=_sha(m), mark=MARK
        ),
        lambda m: commands.DeclineEndorsement(context=by(who, m.on()), case_id=CASE, reasons="不同意"),
        lambda m: commands.ReturnForChanges(context=by(who, m.on()), case_id=CASE, changes="请修改"),
        lambda m: commands.SealPacket(context=by(who, m.on()), case_id=CASE, packet_sha256=_sha(m), mark=MARK),
        lambda m: commands.CorrectRecord(
            context=by(who, m.on()),
            case_id=CASE,
            corrects=CORRECTED,
            field="county_unit.name",
            was=COUNTY_UNIT.name,
            now="九台区科技局（虚构）",
            why="录入错误",
            on_word_of="来函",
            recorded=Recorded(opened()[0], date(2018, 6, 11)),
        ),
        lambda m: commands.KeyPaperApplication(
            context=by(who, m.on()),
            case_id=CASE,
            division_code="220113",
            county_unit=COUNTY_UNIT,
            key_unit=KEY_UNIT,
            received_on=m.today,
            form=form(),
            documents=(),
            paper_seals=(Sealer.COUNTY,),
        ),
    ]


def _system(who: Actor) -> list[Ask]:
    return [
        lambda m: commands.EscalateEndorsement(context=by(who, m.on()), case_id=CASE, due=getattr(m.state, "due", LAW)),
        lambda m: commands.OpenCorrection(context=by(who, m.on()), notice=_notice(m)),
        *(_closing(who, ending) for ending in ENDINGS.values()),
    ]


def _notice(machine: DeciderMachine) -> review_events.CorrectionNoticeIssued:
    due = Due(machine.today + timedelta(days=30))
    return review_events.CorrectionNoticeIssued(case_id=CASE, notice_no=1, items=(ITEM,), due=due)


def _closing(who: Actor, ending: commands.ReviewEnding) -> Ask:
    return lambda m: commands.CloseApplication(context=by(who, m.on()), ending=ending)


class Application(DeciderMachine):
    """From nothing to closed."""

    decider = decider
    rare = (commands.Withdraw, commands.CloseApplication, commands.DeclineEndorsement, commands.CorrectRecord)
    beginnings = (
        (tuple[Event, ...], date(2018, 6, 11)),
        (opened, date(2018, 6, 11)),
        (written, date(2018, 6, 11)),
        (ready, date(2018, 6, 11)),
        (awaiting, date(2018, 6, 12)),
        (filed, date(2018, 6, 21)),
    )
    menu = (
        *(ask for who in (COUNTY, COUNTY, KEY, OTHER_COUNTY) for ask in _packet(who)),
        *(ask for who in (CITY, CITY, CITY_CLERK, OTHER_CITY, PROVINCE) for ask in _answers(who)),
        *(ask for who in (SYSTEM, SYSTEM, COUNTY) for ask in _system(who)),
    )
    edges: ClassVar = {
        "NotOpened": {"Draft", "AwaitingEndorsement", "Filed"},
        "Draft": {"AwaitingEndorsement", "Filed", "Withdrawn"},
        "AwaitingEndorsement": {"Draft", "Declined", "Filed", "Withdrawn", "Settled"},
        "Filed": {"InCorrection", "Settled", "Withdrawn"},
        "InCorrection": {"Filed", "Settled", "Withdrawn"},
        # The review's end is recorded wherever it is met: a decision made before a withdrawal arrived stands.
        "Declined": {"Settled"},
        "Withdrawn": {"Settled"},
    }

    def about_to(self, event: Event, command: Command) -> None:
        """Nothing reaches the province unendorsed or unsealed by those who must; no one endorses their own filing."""
        if isinstance(event, events.ApplicationFiled):
            assert any(isinstance(earlier, events.ApplicationEndorsed) for earlier in self.events)
            assert self.stage == "AwaitingEndorsement"
            if not event.paper:
                sealed = {seal.sealer for seal in event.seals if seal.packet_sha256 == event.packet_sha256}
                assert sealed == set(Sealer)
        if isinstance(event, events.ApplicationEndorsed):
            assert command.context.actor.office == "city:220100"
            assert command.context.actor.subject not in self.state.application.people
        if isinstance(event, events.EndorsementRequested):
            made = self.state.application
            assert made.seal(Sealer.COUNTY, made.packet_sha256)
            assert made.seal(Sealer.KEY_UNIT, made.packet_sha256)


TestApplication = Application.TestCase
TestApplication.settings = SETTINGS
