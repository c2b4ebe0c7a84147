"""The rules of the calendar, each a sentence in both languages, with the notice or regulation that it rests on."""

from __future__ import annotations

from shared.contracts.core import Rule, RuleKind

_NOTICE = "国办年度放假安排通知"
"""The yearly notice of the General Office of the State Council on the holidays (部分节假日安排的通知)."""
_REGULATION = "全国年节及纪念日放假办法"

CALENDAR_IS_KEPT_BY = Rule(
    "calendar-is-kept-by-lead-or-operator",
    "The calendar is loaded by the department's lead or an operator",
    "节假日安排由省科技厅负责人或系统运维人员录入",
    "-",
    RuleKind.SCOPE,
    remedy="Ask one of them",
    remedy_zh="请由省科技厅负责人或系统运维人员办理",
)
CALENDAR_EXISTS = Rule("calendar-exists", "There is no such calendar", "没有这一日历", "-", RuleKind.ABSENT)
YEAR_IS_OF_THE_CALENDAR = Rule(
    "year-is-of-the-calendar",
    "The calendar does not reach to this year",
    "该年度不在日历范围内",
    _NOTICE,
    RuleKind.INPUT,
    remedy="Give a year within those named",
    remedy_zh="请填写所列范围内的年度",
)
NOTICE_IS_NUMBERED = Rule(
    "notice-is-numbered",
    "The notice's document number is not written as one",
    "通知的发文字号格式不正确",
    _NOTICE,
    RuleKind.INPUT,
    remedy="Give it as the notice bears it, as in 国办发明电〔2025〕7号",
    remedy_zh="请按通知原文填写，例如：国办发明电〔2025〕7号",
)
ANNOUNCED_BY_NOW = Rule(
    "notice-is-announced-by-now",
    "The notice would be announced on a day to come",
    "通知的公布日期晚于今日",
    _NOTICE,
    RuleKind.INPUT,
    remedy="Load it once it is announced",
    remedy_zh="请在通知公布后录入",
)
NOTICE_HAS_HOLIDAYS = Rule(
    "notice-has-holidays",
    "The notice names no holiday",
    "通知未列出任何假期",
    _NOTICE,
    RuleKind.INPUT,
    remedy="Give every holiday of the notice",
    remedy_zh="请列出通知中的全部假期",
)
HOLIDAY_IS_IN_ORDER = Rule(
    "holiday-is-in-order",
    "A holiday's last day lies before its first",
    "假期的截止日期早于起始日期",
    _NOTICE,
    RuleKind.INPUT,
    remedy="Give both days as the notice states them",
    remedy_zh="请按通知原文填写起止日期",
)
WEEKDAY_IS_RIGHT = Rule(
    "weekday-is-right",
    "The day is not this day of the week",
    "日期与星期不符",
    _NOTICE,
    RuleKind.INPUT,
    remedy="Compare the date and the weekday with the notice",
    remedy_zh="请对照通知原文核对日期和星期",
)
DAYS_ARE_COUNTED = Rule(
    "days-are-counted",
    "A holiday does not have as many days as it says",
    "假期的起止日期与所列天数不符",
    _NOTICE,
    RuleKind.INPUT,
    remedy="Look for a missing or wrong day in the notice",
    remedy_zh="请对照通知原文，核对是否漏列或者错列日期",
)
DAY_IS_OF_THE_YEAR = Rule(
    "day-is-of-the-year",
    "The day belongs to another year's notice",
    "该日期不属于本年度的通知",
    _NOTICE,
    RuleKind.INPUT,
    remedy="Give days of the year, or of the December before",
    remedy_zh="请填写本年度或者上年12月的日期",
)
WEEKENDS_ARE_MADE_UP = Rule(
    "weekends-are-made-up",
    "A weekday cannot be worked in place of a day off",
    "调休上班的日期不是周六或者周日",
    _NOTICE,
    RuleKind.INPUT,
    remedy="Give the Saturday or Sunday that the notice names",
    remedy_zh="请填写通知所列的周六或者周日",
)
DAY_IS_NAMED_ONCE = Rule(
    "day-is-named-once",
    "A day is named twice",
    "同一日期重复列出",
    _NOTICE,
    RuleKind.INPUT,
    remedy="Leave one of them out",
    remedy_zh="请删去其中一处",
)
STATUTORY_DAYS_ARE_OFF = Rule(
    "statutory-days-are-off",
    "Days that the regulation makes holidays are missing",
    "缺少法定节假日",
    _REGULATION,
    RuleKind.INPUT,
    remedy="Add the holidays of the days named",
    remedy_zh="请补上所列日期的假期",
)
CORRECTION_NAMES_WHAT_IT_CORRECTS = Rule(
    "correction-names-what-it-corrects",
    "Other days are known for this year already",
    "该年度已公布的安排与此不同",
    _NOTICE,
    RuleKind.STATE,
    remedy="If this corrects them, give the SHA-256 of the days known as what it replaces",
    remedy_zh="如系更正，请填写被更正安排的SHA-256校验值",
)
