"""Words on the way from the draft to the province, 四（一）and 四（三）."""

from __future__ import annotations

from services.notify.templates.form import Items, Template, template
from services.notify.templates.phrases import brief, day, day_en, last_day, last_day_en, listed, listed_en, side, some
from shared.contracts.core import Due
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
    Sealer,
    SealVoided,
    UnitCorrected,
)
from shared.contracts.notify import Language
from shared.programme.remedies import remedies, remedies_en

_SEALS = {Sealer.COUNTY: "县（区）科技管理部门", Sealer.KEY_UNIT: "服务业重点单位", Sealer.CITY: "市（州）科技局"}
_SEALS_EN = {
    Sealer.COUNTY: "The county department of science and technology",
    Sealer.KEY_UNIT: "The key service unit",
    Sealer.CITY: "The city bureau of science and technology",
}
APPLICANTS = ("county", "key-unit")
ENDORSER = "endorser"
_DIRECT = "直报省科技厅"
_DIRECT_EN = "direct filing with the Provincial Department"


def _paper_due(event: PaperApplicationKeyed) -> Due:
    if event.endorsement_due is None:
        raise ValueError("a paper filing that goes to no city has no such notice")
    return event.endorsement_due


_DRAFTING: tuple[Template, ...] = (
    template(
        "draft-opened",
        DraftOpened,
        zh="联合申报已新建",
        zh_text=lambda e, _: (
            f"{e.county_unit.name}与{e.key_unit.name}的联合申报已经新建，双方均可填写申请书、上传材料。",
            e.place.note,
        ),
        en="Joint application opened",
        en_text=lambda e, _: (
            (
                f"The joint application of {e.county_unit.name} and {e.key_unit.name} has been opened. Both applicants "
                "may now complete the application form and add documents."
            ),
        ),
        asks=APPLICANTS,
    ),
    template(
        "place-rerouted",
        PlaceRerouted,
        zh="申报路径变更",
        zh_text=lambda e, _: (
            f"申报路径由{e.was.endorser_name or _DIRECT}变更为{e.place.endorser_name or _DIRECT}。",
            e.place.note,
        ),
        en="Change of the filing route",
        en_text=lambda e, _: (
            f"The application's route has changed from {e.was.endorser_name or _DIRECT_EN} to "
            f"{e.place.endorser_name or _DIRECT_EN}."
        ),
    ),
    template(
        "packet-sealed",
        PacketSealed,
        zh="申报材料已盖章",
        zh_text=lambda e, _: (
            f"{_SEALS[e.seal.sealer]}已在申报材料上盖章。",
            f"材料摘要（SHA-256）：{e.seal.packet_sha256}",
            "本印章为演示印章，不具法律效力。" if e.seal.demonstration else "",
        ),
        en="Application packet sealed",
        en_text=lambda e, _: (
            f"{_SEALS_EN[e.seal.sealer]} has sealed the application packet.",
            f"Digest of the packet (SHA-256): {e.seal.packet_sha256}",
            "This is a demonstration seal without legal effect." if e.seal.demonstration else "",
        ),
    ),
    template(
        "seal-voided",
        SealVoided,
        zh="印章失效，须重新盖章",
        zh_text=lambda e, _: (
            f"{_SEALS[e.sealer]}的印章因材料变动而失效：{side(e.reason, Language.CHINESE)}。请核对后重新盖章。"
        ),
        en="Seal no longer valid; sealing again is needed",
        en_text=lambda e, _: (
            f"The seal of the following office is void, as the packet has changed: {_SEALS_EN[e.sealer].lower()}.",
            f"Reason: {side(e.reason, Language.ENGLISH)}.",
            "Please check the packet and seal it again.",
        ),
        asks=APPLICANTS,
    ),
    template(
        "city-seal-voided",
        SealVoided,
        zh="贵局印章失效，须重新盖章",
        zh_text=lambda e, _: (
            f"贵局的印章因材料变动而失效：{side(e.reason, Language.CHINESE)}。",
            "申报单位补正后须经贵局重新盖章，方可报送省科技厅。请在申报单位盖章后核对材料，重新盖章。",
        ),
        en="Your seal is no longer valid; sealing again is needed",
        en_text=lambda e, _: (
            f"Your seal is void, as the packet has changed: {side(e.reason, Language.ENGLISH)}.",
            "The correction can be sent to the Provincial Department only with your seal.",
            "Once the applicants have sealed the packet, please check it and seal it again.",
        ),
        asks=(ENDORSER,),
    ),
    template(
        "filing-blocked",
        FilingBlocked,
        zh="申报条件不符，未予报送",
        zh_text=lambda e, _: ("申报材料尚不符合条件，未予报送。请补充完善后再次报送：", listed(e.reasons)),
        en="Conditions not met; the packet was not sent on",
        en_text=lambda e, _: (
            "The packet does not meet the conditions yet and was not sent on. Please complete it and submit it again:",
            listed_en(e.reasons),
        ),
        asks=APPLICANTS,
    ),
    template(
        "paper-keyed",
        PaperApplicationKeyed,
        zh="纸质申报已录入",
        zh_text=lambda e, _: (
            f"{day(e.received_on)}收到的纸质申报已录入，记录缺陷{len(e.defects)}处。",
            Items(tuple(defect.message_zh for defect in e.defects)),
        ),
        en="Paper application entered",
        en_text=lambda e, _: (
            (
                f"The paper application received on {day_en(e.received_on)} has been entered, with "
                f"{some(len(e.defects), 'defect', 'defects')} noted."
            ),
            Items(tuple(defect.message_en for defect in e.defects)),
        ),
    ),
)

_ENDORSING: tuple[Template, ...] = (
    template(
        "endorsement-requested",
        EndorsementRequested,
        zh="申报材料待市（州）科技局签署意见并盖章",
        zh_text=lambda e, c: (
            f"{c.place}的申报材料已报送贵局，请于{last_day(e.due)}前签署意见并盖章；逾期不答复不视为同意。"
            if c.role in {ENDORSER, ""}
            else f"{c.place}的申报材料已送市（州）科技局，该局应于{last_day(e.due)}前签署意见并盖章；"
            "逾期不答复不视为同意。"
        ),
        zh_sms="{place}申报材料待贵局签署意见并盖章，请于{due}前办理。",
        en="Application awaits the city bureau's opinion and seal",
        en_text=lambda e, c: (
            f"The application packet of {c.place} has been submitted to you. Please give your opinion and seal the "
            f"packet by {last_day_en(e.due)}. Silence is not taken as consent."
            if c.role in {ENDORSER, ""}
            else f"The application packet of {c.place} is with the city bureau of science and technology, whose "
            f"opinion and seal are due by {last_day_en(e.due)}. Silence is not taken as consent."
        ),
        en_sms="{place}: application awaits your opinion and seal by {due}.",
        variables=lambda e, c: {"due": brief(e.due, c.language)},
        asks=(ENDORSER,),
    ),
    template(
        "paper-endorsement-requested",
        PaperApplicationKeyed,
        zh="纸质申报待市（州）科技局签署意见并盖章",
        zh_text=lambda e, c: f"{c.place}的纸质申报已录入，请于{last_day(_paper_due(e))}前签署意见并盖章。",
        zh_sms="{place}纸质申报待贵局签署意见并盖章，请于{due}前办理。",
        en="Paper application awaits the city bureau's opinion and seal",
        en_text=lambda e, c: (
            f"The paper application of {c.place} has been entered. Please give your opinion and seal it by "
            f"{last_day_en(_paper_due(e))}."
        ),
        en_sms="{place}: paper application awaits your opinion and seal by {due}.",
        variables=lambda e, c: {"due": brief(_paper_due(e), c.language)},
        asks=(ENDORSER,),
    ),
    template(
        "application-endorsed",
        ApplicationEndorsed,
        zh="市（州）科技局同意申报",
        zh_text=lambda e, _: f"市（州）科技局同意申报并盖章。意见：{e.opinion}",
        en="Application endorsed by the city bureau",
        en_text=lambda e, _: (
            "The city bureau of science and technology agrees to the application and has sealed it.",
            f"Its opinion: {e.opinion}",
        ),
    ),
    template(
        "endorsement-declined",
        EndorsementDeclined,
        zh="市（州）科技局不同意申报",
        zh_text=lambda e, c: (
            f"市（州）科技局不同意申报。理由：{e.reasons}",
            "完善后可再次申报，不设时限。",
            remedies(c.law, "该市（州）人民政府"),
        ),
        en="Endorsement declined by the city bureau",
        en_text=lambda e, c: (
            "The city bureau of science and technology does not agree to the application.",
            f"Its reasons: {e.reasons}",
            "You may apply again at any time once the application is improved.",
            remedies_en(c.law, "the people's government of that city"),
        ),
    ),
    template(
        "application-returned",
        ApplicationReturned,
        zh="申报材料退回修改",
        zh_text=lambda e, _: (
            f"市（州）科技局将申报材料退回修改。须修改：{e.changes}",
            "修改后请重新盖章并报送。",
        ),
        en="Application returned for changes",
        en_text=lambda e, _: (
            "The city bureau of science and technology has returned the application for changes.",
            f"To be changed: {e.changes}",
            "Please seal the changed packet again and submit it.",
        ),
        asks=APPLICANTS,
    ),
    template(
        "endorsement-escalated",
        EndorsementEscalated,
        zh="市（州）科技局逾期未答复",
        zh_text=lambda e, c: (
            f"对{c.place}的申报材料应于{last_day(e.due)}前签署意见，至今未答复。逾期不答复不视为同意，材料尚未报送。",
            "请贵局尽快签署意见并盖章。" if c.role == ENDORSER else "",
        ),
        en="The city bureau's answer is overdue",
        en_text=lambda e, c: (
            (
                f"An opinion on the application of {c.place} was due by {last_day_en(e.due)}; none has been given. "
                "Silence is not consent: the application has not been filed."
            ),
            "Please give your opinion and seal without delay." if c.role == ENDORSER else "",
        ),
        asks=(ENDORSER,),
    ),
)

_FILED: tuple[Template, ...] = (
    template(
        "application-filed",
        ApplicationFiled,
        zh="申报材料已报送省科技厅",
        zh_text=lambda e, c: f"{c.place}的申报材料已于{day(e.filed_on)}报送省科技厅，共{len(e.attachments)}个附件。",
        en="Application filed with the Provincial Department",
        en_text=lambda e, c: (
            f"The application of {c.place} was filed with the Provincial Department of Science and Technology on "
            f"{day_en(e.filed_on)}, with {some(len(e.attachments), 'attachment', 'attachments')}."
        ),
    ),
    template(
        "application-withdrawn",
        ApplicationWithdrawn,
        zh="申报已撤回",
        zh_text=lambda e, c: f"{c.place}的申报已撤回。理由：{e.reason or '未说明'}",
        en="Application withdrawn",
        en_text=lambda e, c: (
            f"The application of {c.place} has been withdrawn.",
            f"Reason: {e.reason or 'none given'}",
        ),
    ),
    template(
        "correction-filed",
        CorrectionFiled,
        zh="补正材料已报送",
        zh_text=lambda e, c: f"{c.place}对第{e.notice_no}次补正告知的材料已于{day(e.filed_on)}报送。",
        en="Corrections submitted",
        en_text=lambda e, c: (
            f"The corrections of {c.place} in answer to correction notice no. {e.notice_no} were submitted on "
            f"{day_en(e.filed_on)}."
        ),
    ),
    template(
        "unit-corrected",
        UnitCorrected,
        zh="单位信息已更正",
        zh_text=lambda e, _: f"申报单位信息由“{e.was.name} {e.was.uscc}”更正为“{e.unit.name} {e.unit.uscc}”。",
        en="Particulars of a unit corrected",
        en_text=lambda e, _: (
            f"The applicant given as “{e.was.name} {e.was.uscc}” has been corrected to “{e.unit.name} {e.unit.uscc}”."
        ),
    ),
)

TEMPLATES: tuple[Template, ...] = (*_DRAFTING, *_ENDORSING, *_FILED)
