"""The rules of what an office arranges, of letters and of feedback, each a sentence in both languages. The notice of
2018 is silent on all three."""

from __future__ import annotations

from shared.contracts.core import Rule, RuleKind

OWN_OFFICE = Rule(
    "office-is-ones-own",
    "This is not your office",
    "该单位不是您所在单位",
    "-",
    RuleKind.SCOPE,
    remedy="Ask somebody of that office",
    remedy_zh="请由该单位人员办理",
)
HEADS_ONLY = Rule(
    "heads-delegate",
    "You do not answer for your office, and so have nothing to delegate",
    "您不是本单位负责人，无权委托他人办理",
    "-",
    RuleKind.SCOPE,
    remedy="Ask the head of your office",
    remedy_zh="请由本单位负责人委托",
)
HEADS_OR_DELEGATE = Rule(
    "heads-or-the-delegate-end-it",
    "A delegation is not yours to end",
    "您无权终止该项委托",
    "-",
    RuleKind.SCOPE,
    remedy="Ask the head of your office, or whoever was let act",
    remedy_zh="请由本单位负责人或受托人办理",
)
COLLEAGUE_IS_NAMED = Rule(
    "colleague-is-named",
    "It is not said who is to act",
    "未填写受托人",
    "-",
    RuleKind.INPUT,
    remedy="Give the colleague's account and name",
    remedy_zh="请填写受托人的账号和姓名",
)
COLLEAGUE_IS_OF_THE_OFFICE = Rule(
    "colleague-is-of-the-office",
    "The person is of another office",
    "受托人不是本单位人员",
    "-",
    RuleKind.INPUT,
    remedy="Name somebody of your own office",
    remedy_zh="请委托本单位人员",
)
COLLEAGUE_IS_ANOTHER = Rule(
    "colleague-is-another",
    "You cannot let yourself act for you",
    "不能委托本人",
    "-",
    RuleKind.INPUT,
    remedy="Name a colleague",
    remedy_zh="请填写其他同事",
)
KINDS_ARE_NAMED = Rule(
    "kinds-are-named",
    "No kind of act is named",
    "未选择委托事项",
    "-",
    RuleKind.INPUT,
    remedy="Name at least one",
    remedy_zh="请至少选择一类事项",
)
KINDS_ARE_ONES_OWN = Rule(
    "kinds-are-ones-own",
    "You have no such acts yourself, and so cannot let anybody do them",
    "所选事项不在您的办理范围内，不能委托",
    "-",
    RuleKind.INPUT,
    remedy="Name kinds of act that your role has",
    remedy_zh="请选择本人有权办理的事项",
)
BEGINS_SOON = Rule(
    "delegation-begins-soon",
    "The first day lies in the past, or too far ahead",
    "起始日期早于今日，或距今过远",
    "-",
    RuleKind.INPUT,
    remedy="Begin today or later, within the days named",
    remedy_zh="请填写今日或所列期间内的日期",
)
DAYS_ARE_IN_ORDER = Rule(
    "days-are-in-order",
    "The last day lies before the first",
    "截止日期早于起始日期",
    "-",
    RuleKind.INPUT,
    remedy="Give a last day that is not before the first",
    remedy_zh="请填写不早于起始日期的日期",
)
ENDS_IN_TIME = Rule(
    "delegation-ends-in-time",
    "It would last longer than a delegation may",
    "委托期限过长",
    "-",
    RuleKind.INPUT,
    remedy="End it on the day named or before; it can be granted anew then",
    remedy_zh="请在所列日期之前截止；期满后可重新委托",
)
DELEGATION_EXISTS = Rule("delegation-exists", "There is no such delegation", "没有这项委托", "-", RuleKind.ABSENT)
DELEGATION_IS_NOT_OVER = Rule(
    "delegation-is-not-over",
    "It is over by itself",
    "该项委托已期满",
    "-",
    RuleKind.STATE,
    remedy="Nothing is to be done: nobody can act under it",
    remedy_zh="无需办理：期满后任何人不得据此办理",
)
LETTER_SAYS_SOMETHING = Rule(
    "letter-says-something",
    "Nothing is written here",
    "尚未填写内容",
    "-",
    RuleKind.INPUT,
    remedy="Write it, then send it again",
    remedy_zh="请填写后再提交",
)
WRITER_IS_REACHED = Rule(
    "writer-is-reached",
    "Nothing can be sent to this address in this way",
    "按所选方式无法发送至该地址",
    "-",
    RuleKind.INPUT,
    remedy="Choose mail or short message and give the address that fits it, or leave both empty",
    remedy_zh="请选择邮件或短信并填写相应地址，或者都不填",
)
PROVINCE_ANSWERS = Rule(
    "province-answers-letters",
    "Letters are answered by the Provincial Department",
    "来信由省科技厅答复",
    "-",
    RuleKind.SCOPE,
    remedy="Ask an officer of the department",
    remedy_zh="请由省科技厅工作人员办理",
)
LETTER_EXISTS = Rule("letter-exists", "There is no such letter", "没有这封来信", "-", RuleKind.ABSENT)
LETTER_IS_ANSWERED_ONCE = Rule(
    "letter-is-answered-once",
    "It has been answered",
    "该来信已答复",
    "-",
    RuleKind.STATE,
    remedy="Nothing is to be done: whoever wrote has the answer",
    remedy_zh="无需办理：来信人已可看到答复",
)
BOTH_ARE_PUBLISHED = Rule(
    "question-and-answer-are-published-together",
    "Question and answer are published together",
    "公开时，问题和答复须一并填写",
    "-",
    RuleKind.INPUT,
    remedy="Give both, or neither",
    remedy_zh="请两项都填写，或者都不填",
)
NOTHING_PERSONAL = Rule(
    "nothing-personal-is-published",
    "A mail address or a mobile number stands in what is to be published",
    "拟公开的内容含有邮箱或手机号码",
    "-",
    RuleKind.INPUT,
    remedy="Leave it out",
    remedy_zh="请删去后再公开",
)
_FEEDBACK_LAW = "国办发〔2019〕51号"

HANDLING_EXISTS = Rule(
    "handling-exists",
    "There is nothing of this id that could be rated",
    "没有可评价的该办理事项",
    _FEEDBACK_LAW,
    RuleKind.ABSENT,
    remedy="Look at what has been handled in your case; of a letter or an objection, wait for its answer",
    remedy_zh="请查看本办件已办理的环节；来信和异议须待答复后评价",
)
OWN_CASE = Rule(
    "feedback-is-of-ones-own-case",
    "This case is not yours to rate",
    "本单位不是该案的申报单位，不能评价",
    _FEEDBACK_LAW,
    RuleKind.SCOPE,
    remedy="Rate what was handled for you",
    remedy_zh="请评价为本单位办理的事项",
)
NOT_ONES_OWN_ANSWER = Rule(
    "answer-is-rated-by-whom-it-is-for",
    "The department does not rate its own answers",
    "答复单位不得评价本单位的答复",
    _FEEDBACK_LAW,
    RuleKind.SCOPE,
    remedy="Leave it to whoever wrote",
    remedy_zh="请由来信人或异议人评价",
)
RATED_ONCE = Rule(
    "handling-is-rated-once",
    "You have rated this already",
    "已作出评价，每次办理只能评价一次",
    _FEEDBACK_LAW,
    RuleKind.STATE,
    remedy="Nothing is to be done; write a letter where there is more to say",
    remedy_zh="无需再次评价；如有其他意见，可以来信",
)
PROVINCE_ANSWERS_FEEDBACK = Rule(
    "province-answers-feedback",
    "Feedback is answered by the Provincial Department",
    "评价由省科技厅反馈",
    _FEEDBACK_LAW,
    RuleKind.SCOPE,
    remedy="Ask an officer of the department",
    remedy_zh="请由省科技厅工作人员办理",
)
FEEDBACK_EXISTS = Rule("feedback-exists", "There is no such feedback", "没有这项评价", _FEEDBACK_LAW, RuleKind.ABSENT)
ANSWER_IS_CALLED_FOR = Rule(
    "answer-is-called-for",
    "Feedback of this level calls for no answer",
    "该评价无需反馈",
    _FEEDBACK_LAW,
    RuleKind.STATE,
    remedy="Nothing is to be done",
    remedy_zh="无需办理",
)
ANSWER_SAYS_SOMETHING = Rule(
    "answer-to-feedback-says-something",
    "It is not said what was found and done",
    "尚未填写核实和整改情况",
    _FEEDBACK_LAW,
    RuleKind.INPUT,
    remedy="Write it, then send it again",
    remedy_zh="请填写后再提交",
)
FEEDBACK_IS_ANSWERED_ONCE = Rule(
    "feedback-is-answered-once",
    "It has been answered",
    "该评价已反馈",
    _FEEDBACK_LAW,
    RuleKind.STATE,
    remedy="Nothing is to be done: whoever rated has the answer",
    remedy_zh="无需办理：评价人已可看到反馈",
)
