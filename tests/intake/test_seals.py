"""The built-in seals: one key an office, bound to office and hash, marked as a demonstration."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from services.intake.seals import DemonstrationSeals
from shared.contracts.intake import Seal, Sealer

HASH = "ab" * 32


async def seal(seals: DemonstrationSeals, office: str = "county:220113") -> Seal:
    mark = await seals.seal(office, HASH)
    return Seal(
        sealer=Sealer.COUNTY,
        office=office,
        packet_sha256=HASH,
        signature=mark.signature,
        key_id=mark.key_id,
        demonstration=mark.demonstration,
        sealed_by="zhang",
        sealed_on=date(2018, 6, 11),
    )


async def test_a_seal_verifies_and_says_that_it_is_a_demonstration(tmp_path: Path) -> None:
    made = await seal(DemonstrationSeals(tmp_path))
    assert made.demonstration
    assert await DemonstrationSeals(tmp_path).verify(made)


@pytest.mark.parametrize(
    "forged",
    [
        {"packet_sha256": "cd" * 32},
        {"office": "county:220112"},
        {"signature": "AAAA"},
        {"signature": "not base64!"},
        {"key_id": "0" * 16},
    ],
)
async def test_a_seal_moved_to_another_hash_or_office_does_not_verify(tmp_path: Path, forged: dict[str, str]) -> None:
    seals = DemonstrationSeals(tmp_path)
    await seals.seal("county:220112", HASH)
    made = await seal(seals)
    assert not await seals.verify(replace(made, **forged))  # type: ignore[arg-type]


async def test_each_office_has_a_key_of_its_own_that_only_the_owner_reads(tmp_path: Path) -> None:
    seals = DemonstrationSeals(tmp_path / "seals")
    one, other = await seal(seals), await seal(seals, "city:220100")
    assert one.key_id != other.key_id
    assert (await seal(seals)).key_id == one.key_id
    files = list((tmp_path / "seals").iterdir())
    assert len(files) == 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


async def test_an_unknown_office_has_no_seal(tmp_path: Path) -> None:
    made = await seal(DemonstrationSeals(tmp_path / "one"))
    assert not await DemonstrationSeals(tmp_path / "two").verify(made)
