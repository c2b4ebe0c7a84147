"""Seals: each unit its own, on the packet as it now is (四（三）, 附件1)."""

from __future__ import annotations

from services.intake import rules
from services.intake.application import scope
from services.intake.application.commands import Endorse, SealMark, SealPacket
from services.intake.application.drafting import editable
from services.intake.application.state import Application, Correcting, Stage
from shared.contracts.core import Outcome, Refusal
from shared.contracts.intake import PacketSealed, Seal, Sealer


def seal_packet(stage: Stage, command: SealPacket) -> Outcome:
    """The actor's unit's seal; the city's own only in a correction, before that it seals by endorsing."""
    application = editable(stage)
    if isinstance(application, Refusal):
        return application
    actor = command.context.actor
    sealer = scope.sealer_of(actor, application)
    if sealer is None or (sealer is Sealer.CITY and not isinstance(stage, Correcting)):
        return Refusal(rules.NOT_AN_APPLICANT, "the city seals by endorsing", detail_zh="市（州）在同意申报时盖章")
    if application.form is None:
        return Refusal(rules.FORM_IS_WRITTEN)
    if refusal := on_this_packet(application, command.packet_sha256):
        return refusal
    if application.seal(sealer, command.packet_sha256):
        return ()
    return sealed(application, sealer, command)


def on_this_packet(application: Application, sha256: str) -> Refusal | None:
    """A refusal for a hash that is not the packet's."""
    if sha256 == application.packet_sha256:
        return None
    return Refusal(rules.SEAL_IS_ON_THIS_PACKET, application.packet_sha256, "packet_sha256")


def sealed(application: Application, sealer: Sealer, command: SealPacket | Endorse) -> tuple[PacketSealed] | Refusal:
    """The seal as a fact, from what the seal service gave."""
    mark: SealMark | None = command.mark
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
    return (PacketSealed(case_id=application.case_id, seal=seal),)
