"""The values of the application form, 附件1. A draft may leave any of them out; `findings` says what is lacking.

They hold texts, numbers, tuples and terms only, so that any codec can write and read them.
"""

from dataclasses import dataclass

from shared.programme.values.personal import Email, PersonName, Phone
from shared.programme.values.writing import Code, Line
from shared.programme.vocabulary import IpKind, ServiceCategory, ServiceKind


@dataclass(frozen=True, kw_only=True)
class Person:
    """A contact or a head of a unit: 姓名, 职务, 联系电话, 电子邮箱."""

    name: PersonName = ""
    post: Line = ""
    phone: Phone = ""
    email: Email = ""


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One of the two joint applicants, 四（一）: its name and unified social credit code as written."""

    name: Line = ""
    uscc: Code = ""


@dataclass(frozen=True, kw_only=True)
class Institution:
    """A service institution of the roster and the categories it serves in, 附件1 知识产权服务机构数量."""

    name: Line = ""
    uscc: Code = ""
    categories: tuple[ServiceCategory, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CategoryCount:
    """A number of institutions as a paper form states it; the derived count is what holds."""

    category: ServiceCategory
    count: int


@dataclass(frozen=True, kw_only=True)
class OtherQualification:
    """People with another qualification, which must be named (写明资质名称)."""

    name: Line = ""
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class StaffCounts:
    """Professional staff, 附件1 知识产权服务专业人员情况. One person may hold two qualifications."""

    total: int | None = None
    patent_agents: int | None = None
    lawyers: int | None = None
    others: tuple[OtherQualification, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CoverageCell:
    """Which institutions, by credit code, offer one service for one kind of intellectual property."""

    ip: IpKind
    service: ServiceKind
    institutions: tuple[Code, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CoverageMatrix:
    """The six by six services of 四（二）3; a cell left out is a service nobody offers."""

    cells: tuple[CoverageCell, ...] = ()

    def offered_by(self, ip: IpKind, service: ServiceKind) -> tuple[str, ...]:
        """The credit codes of those who offer that service, each once, in order."""
        codes = (code for cell in self.cells if (cell.ip, cell.service) == (ip, service) for code in cell.institutions)
        return tuple(dict.fromkeys(codes))

    def gaps(self) -> tuple[tuple[IpKind, ServiceKind], ...]:
        """The services nobody offers, in the notice's order."""
        return tuple((ip, service) for ip in IpKind for service in ServiceKind if not self.offered_by(ip, service))


@dataclass(frozen=True, kw_only=True)
class KeyUnitNarrative:
    """What the key service unit says of its work, 附件1 知识产权服务业重点单位工作基础."""

    overview: str = ""
    cases: str = ""
    new_services: str = ""
    signed_projects: str = ""


@dataclass(frozen=True, kw_only=True)
class ApplicationForm:
    """The application form, 附件1, with what 四（二） asks to be shown. Money is in yuan."""

    county_code: Code = ""
    county_unit: Unit = Unit()
    key_unit: Unit = Unit()
    county_contact: Person = Person()
    district_basis: str = ""
    institutions: tuple[Institution, ...] = ()
    declared_counts: tuple[CategoryCount, ...] = ()
    staff: StaffCounts = StaffCounts()
    county_head: Person = Person()
    key_unit_narrative: KeyUnitNarrative = KeyUnitNarrative()
    key_unit_head: Person = Person()
    goals_and_plan: str = ""
    management_body: str = ""
    development_plan: str = ""
    special_fund_yuan: int | None = None
    special_fund_source: str = ""
    industry_advantage: str = ""
    innovators: str = ""
    coverage: CoverageMatrix = CoverageMatrix()
