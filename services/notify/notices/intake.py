"""Notices on the way from the draft to the province, 四（一）and 四（三）."""

from __future__ import annotations

from services.notify.notices.rule import (
    APPLICANTS,
    COUNTY,
    ENDORSER,
    KEY_UNIT,
    PROVINCE,
    NoticeRule,
    last_day,
    listed,
    notice,
)
from shared.contracts.intake import (
    ApplicationEndorsed,
    ApplicationFiled,
    ApplicationReturned,
    ApplicationWithdrawn,
    CorrectionFiled,
    DraftOpened,
    EndorsementDeclined,
    EndorsementEscalated,
    EndorsementRequested,
    FilingBlocked,
    PacketSealed,
    PaperApplicationKeyed,
    PlaceRerouted,
    RecordCorrected,
    Sealer,
    SealVoided,
    UnitCorrected,
)

_SEALS = {Sealer.COUNTY: "县（区）科技管理部门", Sealer.KEY_UNIT: "服务业重点单位", Sealer.CITY: "市（州）科技局"}


def _paper_due(event: PaperApplicationKeyed) -> str:
    return last_day(event.endorsement_due) if event.endorsement_due else ""


NOTICES: tuple[NoticeRule, ...] = (
    notice(
        "draft-opened",
        DraftOpened,
        "已开立联合申报",
        lambda e, _: (
            f"{e.county_unit.name}与{e.key_unit.name}的联合申报已经开立，双方均可填写申请书、上传材料。"
            + (f"\n{e.place.note}" if e.place.note else "")
        ),
        mail=APPLICANTS,
    ),
    notice(
        "place-rerouted",
        PlaceRerouted,
        "申报路径变更",
        lambda e, _: (
            f"申报路径由{e.was.endorser_name or '直报省科技厅'}变更为{e.place.endorser_name or '直报省科技厅'}。"
            f"{e.place.note}"
        ),
        mail=APPLICANTS,
    ),
    notice(
        "packet-sealed",
        PacketSealed,
        "申报材料已盖章",
        lambda e, _: (
            f"{_SEALS[e.seal.sealer]}已在申报材料上盖章。材料摘要（SHA-256）：{e.seal.packet_sha256}。"
            + ("本印章为演示印章，不具法律效力。" if e.seal.demonstration else "")
        ),
        mail=APPLICANTS,
    ),
    notice(
        "seal-voided",
        SealVoided,
        "印章失效，须重新盖章",
        lambda e, _: f"{_SEALS[e.sealer]}的印章因材料变动而失效：{e.reason}。请核对后重新盖章。",
        mail=APPLICANTS,
    ),
    notice(
        "filing-blocked",
        FilingBlocked,
        "申报条件不符，未予报送",
        lambda e, _: f"申报材料尚不符合条件，未予报送。请补充完善后再次报送：\n{listed(e.reasons)}",
        mail=APPLICANTS,
    ),
    notice(
        "endorsement-requested",
        EndorsementRequested,
        "申报材料待签署意见并盖章",
        lambda e, c: f"{c.place}的申报材料已报送，请于{last_day(e.due)}前签署意见并盖章；逾期不答复不视为同意。",
        mail=(ENDORSER, COUNTY),
        sms=(ENDORSER,),
        short=lambda e, c: f"{c.place}申报材料待贵局签署意见，截止{last_day(e.due)}。",
    ),
    notice(
        "application-endorsed",
        ApplicationEndorsed,
        "市（州）科技局同意申报",
        lambda e, _: f"市（州）科技局同意申报并盖章。意见：{e.opinion}",
        mail=APPLICANTS,
    ),
    notice(
        "endorsement-declined",
        EndorsementDeclined,
        "市（州）科技局不同意申报",
        lambda e, _: f"市（州）科技局不同意申报。理由：{e.reasons}\n完善后可再次申报，不设时限。",
        mail=APPLICANTS,
        sms=(COUNTY,),
    ),
    notice(
        "application-returned",
        ApplicationReturned,
        "申报材料退回修改",
        lambda e, _: f"市（州）科技局将申报材料退回修改。须修改：{e.changes}",
        mail=APPLICANTS,
        sms=(COUNTY,),
    ),
    notice(
        "endorsement-escalated",
        EndorsementEscalated,
        "市（州）科技局逾期未答复",
        lambda e, c: (
            f"对{c.place}的申报材料应于{last_day(e.due)}前签署意见，至今未答复。沉默不视为同意，材料尚未报送。"
        ),
        mail=(ENDORSER, PROVINCE, COUNTY),
        sms=(ENDORSER,),
    ),
    notice(
        "paper-keyed",
        PaperApplicationKeyed,
        "纸质申报已录入",
        lambda e, _: (
            f"纸质申报已录入，记录缺陷{len(e.defects)}处。"
            + "".join(f"\n  · {defect.message_zh}" for defect in e.defects)
        ),
        mail=APPLICANTS,
    ),
    notice(
        "paper-endorsement-requested",
        PaperApplicationKeyed,
        "纸质申报待签署意见并盖章",
        lambda e, c: f"{c.place}的纸质申报已录入，请于{_paper_due(e)}前签署意见并盖章。",
        mail=(ENDORSER,),
        sms=(ENDORSER,),
        unless=lambda e: e.endorsement_due is None,
    ),
    notice(
        "application-filed",
        ApplicationFiled,
        "申报材料已报送省科技厅",
        lambda e, c: f"{c.place}的申报材料已于{e.filed_on.isoformat()}报送省科技厅，共{len(e.attachments)}个附件。",
        mail=(COUNTY, KEY_UNIT, ENDORSER, PROVINCE),
        sms=(COUNTY, PROVINCE),
    ),
    notice(
        "application-withdrawn",
        ApplicationWithdrawn,
        "申报已撤回",
        lambda e, c: f"{c.place}的申报已撤回。理由：{e.reason or '未说明'}",
        mail=(COUNTY, KEY_UNIT, ENDORSER, PROVINCE),
    ),
    notice(
        "correction-filed",
        CorrectionFiled,
        "补正材料已报送",
        lambda e, c: f"{c.place}对第{e.notice_no}次补正告知的材料已报送。",
        mail=(COUNTY, KEY_UNIT, PROVINCE),
    ),
    notice(
        "unit-corrected",
        UnitCorrected,
        "单位信息已更正",
        lambda e, _: f"申报单位信息由“{e.was.name} {e.was.uscc}”更正为“{e.unit.name} {e.unit.uscc}”。",
        mail=APPLICANTS,
    ),
    notice(
        "intake-record-corrected",
        RecordCorrected,
        "申报记录已更正",
        lambda e, _: f"记录中“{e.field}”由“{e.was}”更正为“{e.now}”。原因：{e.why}",
        mail=(COUNTY, KEY_UNIT, PROVINCE),
    ),
)
