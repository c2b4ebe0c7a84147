"""The stages of a case, each with what is known in it, in the order in which a case passes through them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from services.review.case.packet import Packet
from shared.contracts.core import Due, Event, Reason
from shared.contracts.intake import Place
from shared.contracts.review import Expert, PanelConcluded, RecordCorrected, ScoreSheetSubmitted, SiteVisitReported
from shared.programme.eligibility import Compliance, Condition
from shared.programme.policy import Policy, policy


@dataclass(frozen=True, kw_only=True)
class CorrectionNotice:
    """A correction notice that was issued."""

    notice_no: int
    items: tuple[Reason, ...]
    due: Due


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A person's word on a condition that no rule decides."""

    condition: str
    met: bool
    reason: str
    given_by: str


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """The conditions of 四（二） as the rules found them, and what people judged of those that no rule decides."""

    conditions: tuple[Condition, ...] = ()
    judgements: tuple[Judgement, ...] = ()

    def condition(self, key: str) -> Condition | None:
        """A condition by its key."""
        return next((condition for condition in self.conditions if condition.key == key), None)

    def judgement(self, key: str) -> Judgement | None:
        """The judgement that holds on a condition: the last."""
        return next((judgement for judgement in reversed(self.judgements) if judgement.condition == key), None)

    @property
    def not_yet_met(self) -> tuple[Condition, ...]:
        """Conditions that are not met, neither by rule nor by judgement."""
        return tuple(condition for condition in self.conditions if not self._is_met(condition))

    @property
    def unmet(self) -> tuple[Condition, ...]:
        """Conditions that a rule found not met."""
        return tuple(condition for condition in self.conditions if condition.outcome is Compliance.NOT_MET)

    def _is_met(self, condition: Condition) -> bool:
        if condition.outcome is Compliance.NEEDS_JUDGEMENT:
            judgement = self.judgement(condition.key)
            return judgement is not None and judgement.met
        return condition.outcome is Compliance.MET


@dataclass(frozen=True, kw_only=True)
class Panel:
    """The experts of a case. ``members`` sit on it now; only their sheets are valid. ``impartial`` are those who
    declared it, which comes first where ``declare_first``."""

    convened: tuple[Expert, ...]
    convened_reserves: tuple[Expert, ...]
    members: tuple[Expert, ...]
    reserves: tuple[Expert, ...]
    declare_first: bool
    impartial: tuple[str, ...] = ()
    recused: tuple[str, ...] = ()
    empty_seats: tuple[str, ...] = ()
    sheets: tuple[ScoreSheetSubmitted, ...] = ()

    @property
    def member_ids(self) -> frozenset[str]:
        """Who sits on the panel."""
        return frozenset(expert.expert_id for expert in self.members)

    @property
    def known_ids(self) -> frozenset[str]:
        """Everybody who ever was a member or a reserve."""
        everybody = (*self.convened, *self.convened_reserves, *self.members, *self.reserves)
        return frozenset(expert.expert_id for expert in everybody) | frozenset(self.recused)

    @property
    def valid_sheets(self) -> tuple[ScoreSheetSubmitted, ...]:
        """The sheets of those who sit on the panel now."""
        return tuple(sheet for sheet in self.sheets if sheet.expert_id in self.member_ids)

    def member(self, expert_id: str) -> Expert | None:
        """Who sits on the panel by that id."""
        return next((expert for expert in self.members if expert.expert_id == expert_id), None)

    def awaits_declaration(self, expert_id: str) -> bool:
        """Whether an expert has to declare their impartiality before anything else."""
        return self.declare_first and expert_id not in self.impartial

    def sheet_of(self, expert_id: str) -> ScoreSheetSubmitted | None:
        """An expert's sheet, valid or not."""
        return next((sheet for sheet in self.sheets if sheet.expert_id == expert_id), None)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """The site visit as scheduled, and its report once there is one."""

    visit_on: date
    visitors: tuple[str, ...]
    reason: str = ""
    report: SiteVisitReported | None = None


@dataclass(frozen=True, kw_only=True)
class Objection:
    """An objection and its answer; ``upheld`` is ``None`` while it is unanswered. ``set_aside`` says why it needs
    none; ``client`` marks where it came from, where that is known."""

    objection_id: str
    objector: str
    text: str
    upheld: bool | None = None
    answer: str = ""
    client: str = ""
    set_aside: str = ""

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.upheld is None and not self.set_aside


@dataclass(frozen=True, kw_only=True)
class CaseHolder:
    """Who at the province holds the case (主办人)."""

    subject: str
    name: str


@dataclass(frozen=True, kw_only=True)
class CaseFile:
    """What every opened case has. ``filed_by`` are all whose acts made the filing; ``holder`` is ``None`` where nobody
    holds it."""

    case_id: str
    place: Place
    packet: Packet
    first_packet_sha256: str
    filed_by: tuple[str, ...]
    policy_version: str
    holder: CaseHolder | None = None
    record_corrections: tuple[RecordCorrected, ...] = ()

    @property
    def policy(self) -> Policy:
        """The policy the case is judged by: its own, whatever is in force now."""
        return policy(self.policy_version)


@dataclass(frozen=True, kw_only=True)
class Unopened:
    """Nothing has reached the province."""


@dataclass(frozen=True, kw_only=True)
class OnFile:
    """Any stage of an opened case."""

    file: CaseFile


@dataclass(frozen=True, kw_only=True)
class Examining(OnFile):
    """Formal examination (形式审查). ``changed_parts`` are those of the packet since the last notice."""

    due: Due
    alerted: bool = False
    notices: tuple[CorrectionNotice, ...] = ()
    changed_parts: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Correcting(OnFile):
    """A notice is out and its answer is awaited; ``lapsed`` once the time for it has run out."""

    notices: tuple[CorrectionNotice, ...]
    lapsed: bool = False


@dataclass(frozen=True, kw_only=True)
class Accepted(OnFile):
    """Accepted (受理); the conditions of 四（二） are assessed."""

    assessment: Assessment


@dataclass(frozen=True, kw_only=True)
class UnderReview(Accepted):
    """A panel reviews; the visit is known once it is scheduled."""

    panel: Panel
    visit: Visit | None = None


@dataclass(frozen=True, kw_only=True)
class MaterialReview(UnderReview):
    """The panel reviews the material; score sheets are collected, blind.

    After a reopening the visit may already be known.
    """


@dataclass(frozen=True, kw_only=True)
class OnSite(UnderReview):
    """The material review is concluded; the site visit is scheduled, made, reported."""


@dataclass(frozen=True, kw_only=True)
class Concluded(Accepted):
    """The panel has concluded."""

    panel: Panel
    visit: Visit
    conclusion: PanelConcluded


@dataclass(frozen=True, kw_only=True)
class Publicised(Concluded):
    """Told to the public: the days of publicity (both inclusive), and what was objected."""

    starts_on: date
    ends: Due
    objections: tuple[Objection, ...] = ()

    def objection(self, objection_id: str) -> Objection | None:
        """An objection by its id."""
        return next((objection for objection in self.objections if objection.objection_id == objection_id), None)


@dataclass(frozen=True, kw_only=True)
class InPublicity(Publicised):
    """Publicity (公示) runs."""


@dataclass(frozen=True, kw_only=True)
class PublicityOver(Publicised):
    """Publicity has ended; the decision is awaited."""


@dataclass(frozen=True, kw_only=True)
class Closed(OnFile):
    """The case has ended with ``ending``, and where it stood then."""

    ending: Event
    was: Running


Running: TypeAlias = (
    Examining | Correcting | Accepted | MaterialReview | OnSite | Concluded | InPublicity | PublicityOver
)
"""A stage of an open case."""
Stage: TypeAlias = Unopened | Running | Closed
WithPanel: TypeAlias = UnderReview | Concluded
