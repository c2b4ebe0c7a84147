"""Counties, their codes then and now, and who endorses them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.programme.divisions import (
    CHANGBAISHAN,
    Direct,
    Endorsed,
    Route,
    UnknownDivision,
    authorities,
    authority,
    codes_of,
    counties,
    counties_of,
    county_called,
    current_code,
    route,
)

IN_2018 = date(2018, 6, 11)
LAST_DAY_UNDER_SIPING = date(2020, 6, 18)
FIRST_DAY_UNDER_CHANGCHUN = date(2020, 6, 19)
IN_2024 = date(2024, 5, 6)


def endorser(county: str, on: date) -> str | None:
    way = route(county, on)
    return way.authority.code if isinstance(way, Endorsed) else None


def test_there_are_sixty_counties_in_nine_prefectures_and_zones_beside_them() -> None:
    divisions = [county for county in counties() if not county.zone]
    assert len({county.code for county in divisions}) == len(divisions) == 60
    assert len({county.prefecture_code for county in divisions}) == 9
    zones = {county.name: county for county in counties() if county.zone}
    assert zones.keys() >= {"长春新区", "池北区", "池西区", "池南区"}
    assert "九台区" in zones["长春新区"].bounds
    assert len({county.code for county in counties()}) == len(counties())


def test_the_notice_addresses_twelve_authorities_of_which_two_file_directly() -> None:
    then = authorities(IN_2018)
    assert len(then) == 12
    assert {one.name for one in then if one.direct} == {"梅河口市科技局", "公主岭市科技局"}
    assert len(authorities(IN_2024)) == 11
    assert {one.since for one in then} == {date(2018, 4, 28)}
    assert {one.name: one.until for one in then if one.until} == {"公主岭市科技局": LAST_DAY_UNDER_SIPING}


@pytest.mark.parametrize(
    ("code", "endorser"),
    [("220113", "220100"), ("222401", "222400"), ("220502", "220500"), ("220702", "220700"), ("220622", "220600")],
)
def test_the_sample_counties_go_to_their_prefectures(code: str, endorser: str) -> None:
    way = route(code, IN_2018)
    assert isinstance(way, Endorsed)
    assert (way.authority.code, way.code, way.code_given, way.explanation) == (endorser, code, code, None)


@pytest.mark.parametrize("on", [IN_2018, IN_2024])
def test_direct_filers_have_no_endorser(on: date) -> None:
    way = route("220581", on)
    assert isinstance(way, Direct)
    assert way.county.name == "梅河口市"


@pytest.mark.parametrize(
    ("zone", "endorser"),
    [("229091", CHANGBAISHAN), ("229092", CHANGBAISHAN), ("229093", CHANGBAISHAN), ("220191", "220100")],
)
def test_zones_apply_and_their_authority_endorses(zone: str, endorser: str) -> None:
    way = route(zone, IN_2018)
    assert isinstance(way, Endorsed)
    assert (way.authority.code, way.authority.direct, way.county.zone) == (endorser, False, True)
    assert zone in counties_of(endorser, IN_2018)


def test_the_authority_of_changbaishan_endorses_and_does_not_apply() -> None:
    with pytest.raises(UnknownDivision) as caught:
        route(CHANGBAISHAN, IN_2018)
    assert caught.value.reason == "prefecture"
    assert {county.name for county in caught.value.suggestions} >= {"池北区", "池西区", "池南区"}


def test_a_county_goes_by_all_its_codes() -> None:
    assert codes_of("220381") == codes_of("220184") == {"220381", "220184"}
    assert codes_of("220604") == {"220604", "220624", "220681"}
    assert {"220381", "220184"} <= counties_of("220100", IN_2024)
    assert not {"220381", "220184"} & counties_of("220100", IN_2018)


def test_full_width_digits_and_spaces_are_read() -> None:
    assert route(" ２２０１１３ ", IN_2018).code == "220113"


def test_an_old_code_is_explained_and_routed_to_changchun() -> None:
    way = route("220381", FIRST_DAY_UNDER_CHANGCHUN)
    assert isinstance(way, Endorsed)
    assert way.authority.code == "220100"
    assert (way.code_given, way.code, way.county.name) == ("220381", "220184", "公主岭市")
    assert way.explanation is not None
    for part in ("220381", "220184", "2020-06-19", "长春市"):
        assert part in way.explanation.zh
        assert part in way.explanation.en


def test_the_old_code_needs_no_explanation_while_it_was_in_force() -> None:
    way = route("220381", LAST_DAY_UNDER_SIPING)
    assert isinstance(way, Direct)
    assert way.explanation is None
    assert (way.code, way.county.prefecture) == ("220381", "四平市")


def test_the_new_code_before_its_time_is_explained_too() -> None:
    way = route("220184", LAST_DAY_UNDER_SIPING)
    assert isinstance(way, Direct)
    assert (way.code_given, way.code) == ("220184", "220381")
    assert way.explanation is not None
    assert "220381" in way.explanation.zh


@pytest.mark.parametrize(
    ("old", "new", "endorser"),
    [
        ("220181", "220113", "220100"),
        ("220625", "220605", "220600"),
        ("220604", "220681", "220600"),
        ("220624", "220681", "220600"),
        ("220724", "220781", "220700"),
    ],
)
def test_codes_replaced_before_the_programme_are_explained_on_any_day(old: str, new: str, endorser: str) -> None:
    for on in (IN_2018, IN_2024):
        way = route(old, on)
        assert isinstance(way, Endorsed)
        assert (way.code, way.authority.code) == (new, endorser)
        assert way.explanation is not None
        assert old in way.explanation.zh
    assert current_code(old) == new


@pytest.mark.parametrize(
    ("code", "reason", "suggested"),
    [
        ("220199", "unknown", None),
        ("220114", "unknown", "220113"),
        ("110108", "other_province", None),
        ("220100", "prefecture", "220102"),
        ("220000", "prefecture", None),
        ("九台", "not_a_code", "220113"),
        ("延吉市科技局", "not_a_code", "222401"),
        ("", "not_a_code", None),
        ("2201130", "not_a_code", "220113"),
    ],
)
def test_an_unknown_code_says_why_and_what_may_be_meant(code: str, reason: str, suggested: str | None) -> None:
    with pytest.raises(UnknownDivision) as caught:
        route(code, IN_2024)
    assert caught.value.reason == reason
    assert len(caught.value.suggestions) <= 5
    if suggested is not None:
        assert suggested in {county.code for county in caught.value.suggestions}
        assert suggested in caught.value.message_zh


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("县", set()),
        ("九台", {"220113"}),
        ("九台区科技局", {"220113"}),
        ("八道江区", {"220602"}),
        ("扶余县", {"220781"}),
        ("长春新区", {"220191"}),
    ],
)
def test_a_county_is_suggested_by_its_name_but_not_by_one_letter(text: str, codes: set[str]) -> None:
    with pytest.raises(UnknownDivision) as caught:
        route(text, IN_2024)
    assert {county.code for county in caught.value.suggestions} == codes


def test_a_county_that_only_changed_its_name_needs_no_explanation() -> None:
    way = route("220602", IN_2018)
    assert (way.county.name, way.explanation) == ("浑江区", None)


def test_only_the_own_prefecture_endorses() -> None:
    assert endorser("220113", IN_2018) == "220100"
    assert endorser("220581", IN_2018) is None, "梅河口 files directly"
    assert endorser("220381", IN_2018) is None, "公主岭 filed directly"
    assert endorser("220381", IN_2024) == "220100", "an old code leads to the new prefecture"


@given(st.sampled_from([county.code for county in counties()]), st.dates(date(2018, 4, 28), date(2030, 1, 1)))
def test_no_authority_ever_endorses_itself(code: str, on: date) -> None:
    way = route(code, on)
    if isinstance(way, Endorsed):
        assert way.authority.code != way.code
        assert not way.authority.direct
        assert authority(way.authority.code, on) == way.authority


@given(st.text(max_size=12))
def test_any_text_is_routed_or_a_typed_error(text: str) -> None:
    result = routed_or_refused(text)
    assert result.message_zh if isinstance(result, UnknownDivision) else result.county


def routed_or_refused(code: str) -> Route | UnknownDivision:
    try:
        return route(code, IN_2024)
    except UnknownDivision as error:
        return error


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("220113", "220113"),
        ("２２０１１３", "220113"),
        ("九台区", "220113"),
        (" 长春市九台区 ", "220113"),
        ("220381", "220184"),
        ("公主岭市", "220184"),
    ],
)
def test_a_county_goes_by_its_codes_and_names(text: str, code: str) -> None:
    assert county_called(text).code == code


@pytest.mark.parametrize("text", ["", "长春市", "220100", "九台", "110101", "火星区"])
def test_what_is_no_county_goes_by_none(text: str) -> None:
    with pytest.raises(UnknownDivision):
        county_called(text)


def test_every_county_is_found_by_its_name_with_its_prefecture() -> None:
    for county in counties():
        assert county_called(f"{county.prefecture}{county.name}") == county
