"""Seals: each unit its own, on the packet as it now is (四（三）, 附件1)."""

from __future__ import annotations

from services.intake import rules
from services.intake.application import permission
from services.intake.application.commands import Endorse, SealPacket
from services.intake.application.drafting import editable
from services.intake.application.state import Application, InCorrection, OpenedStage
from shared.contracts import intake as events
from shared.contracts.core import Outcome, Refusal
from shared.contracts.intake import Seal, Sealer
from shared.contracts.refusing import unless


def seal_packet(stage: OpenedStage, command: SealPacket) -> Outcome:
    """The actor's unit's seal; the city's own only in a correction, before that it seals by endorsing."""
    application = editable(stage)
    if isinstance(application, Refusal):
        return application
    actor = command.context.actor
    sealer = permission.sealer_of(actor, application)
    if sealer is None or (sealer is Sealer.CITY and not isinstance(stage, InCorrection)):
        return Refusal(rules.NOT_AN_APPLICANT, "the city seals by endorsing", detail_zh="市（州）在同意申报时盖章")
    if application.form is None:
        return Refusal(rules.FORM_IS_WRITTEN)
    if refusal := on_this_packet(application, command.packet_sha256):
        return refusal
    if application.seal(sealer, command.packet_sha256):
        return ()
    stamped = sealed(application, sealer, command)
    return stamped if isinstance(stamped, Refusal) else (stamped,)


def on_this_packet(application: Application, sha256: str) -> Refusal | None:
    """Refuses a hash that is not the packet's."""
    now = application.packet_sha256
    return unless(sha256 == now, rules.SEAL_IS_ON_THIS_PACKET, now, field="packet_sha256")


def sealed(application: Application, sealer: Sealer, command: SealPacket | Endorse) -> events.PacketSealed | Refusal:
    """The seal as a fact, from what the seal service gave; without that, refused by ``SEALS_ARE_MADE``.

    This rule comes last: a command that it refuses lacks nothing but the seal.
    """
    mark = command.mark
    if mark is None or not mark.signature or not mark.key_id:
        return Refusal(rules.SEALS_ARE_MADE)
    context = command.context
    seal = Seal(
        sealer=sealer,
        office=context.actor.office,
        packet_sha256=command.packet_sha256,
        signature=mark.signature,
        key_id=mark.key_id,
        demonstration=mark.demonstration,
        sealed_by=context.actor.subject,
        sealed_on=context.effective_on,
    )
    return events.PacketSealed(case_id=application.case_id, seal=seal)
