"""The packet as it reaches the province: whole, with the seals that stand on it and all who had a hand in it."""

from __future__ import annotations

from services.intake.application.state import Application
from shared.contracts import intake as events
from shared.contracts.core import Context
from shared.contracts.intake import Seal


def filed(application: Application, context: Context, *, city_seal: Seal | None = None) -> events.ApplicationFiled:
    """The filing, with the ``city_seal`` just set where the city endorses.

    Raises ``ValueError`` for an application without a form.
    """
    if application.form is None:
        raise ValueError("an application is filed with its form")
    seals = standing_seals(application)
    return events.ApplicationFiled(
        case_id=application.case_id,
        filed_on=context.effective_on,
        place=application.place,
        county_unit=application.county_unit,
        key_unit=application.key_unit,
        form=application.form,
        attachments=application.attachments,
        seals=(*seals, city_seal) if city_seal else seals,
        packet_sha256=application.packet_sha256,
        paper=application.paper,
        defects=application.defects,
        filed_by=hands(application, context),
        policy_version=application.policy_version,
    )


def standing_seals(application: Application) -> tuple[Seal, ...]:
    """The seals that stand on the packet as it now is."""
    return tuple(seal for seal in application.seals if seal.packet_sha256 == application.packet_sha256)


def hands(application: Application, context: Context) -> tuple[str, ...]:
    """Everybody whose act made the filing, each once."""
    return tuple(dict.fromkeys((*application.people, *application.endorsers, context.actor.subject)))
