"""What of a packet is not as a correction notice found it."""

from __future__ import annotations

from dataclasses import replace

from services.intake.application.changes import DocumentChange, FieldChange, changes_since_notice
from services.intake.application.state import InCorrection
from shared.contracts import intake as events
from shared.contracts.intake import Attachment
from shared.programme.forms import EvidenceKind, StaffCounts
from tests.intake import cases
from tests.intake.test_paper_and_corrections import correcting


def in_correction() -> InCorrection:
    stage = cases.stage_of(correcting())
    assert isinstance(stage, InCorrection)
    return stage


def revised(stage: InCorrection, **changes: object) -> InCorrection:
    form = stage.application.form
    assert form is not None
    return replace(stage, application=replace(stage.application, form=replace(form, **changes)))  # type: ignore[arg-type]


def test_nothing_is_changed_at_first() -> None:
    changes = changes_since_notice(in_correction())
    assert (changes.notice_no, changes.fields, changes.documents) == (1, (), ())


def test_a_field_is_named_by_its_path_with_both_values() -> None:
    stage = in_correction()
    was = stage.application.form
    assert was is not None
    staff = replace(was.staff, total=77)
    assert changes_since_notice(revised(stage, staff=staff)).fields == (
        FieldChange("staff.total", was.staff.total, 77),
    )


def test_a_list_is_one_field() -> None:
    stage = in_correction()
    changed = changes_since_notice(revised(stage, institutions=cases.institutions(1), staff=StaffCounts())).fields
    assert "institutions" in {each.field for each in changed}
    assert not any("[" in each.field for each in changed)


def test_documents_are_told_by_their_versions() -> None:
    stage = in_correction()
    kept = stage.application.documents
    first = kept[0]
    new = Attachment(attachment_id="b" * 36, kind=EvidenceKind.SPECIAL_FUND, title="经费", version=1, file=first.file)
    application = replace(
        stage.application,
        documents=(*kept, new, replace(first, version=2)),
    )
    changed = {
        each.attachment_id: each for each in changes_since_notice(replace(stage, application=application)).documents
    }
    assert changed[new.attachment_id] == DocumentChange(new.attachment_id, EvidenceKind.SPECIAL_FUND, "经费", 0, 1)
    assert (changed[first.attachment_id].was, changed[first.attachment_id].now) == (1, 2)
    assert len(changed) == 2
    without = replace(stage.application, removed=frozenset({first.attachment_id}))
    (gone,) = changes_since_notice(replace(stage, application=without)).documents
    assert (gone.was, gone.now) == (1, 0)


def test_a_notice_opens_it() -> None:
    assert any(isinstance(event, events.CorrectionOpened) for event in correcting())
