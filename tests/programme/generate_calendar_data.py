"""Writes the calendar's data files from two development-only libraries.

Run `python -m tests.programme.generate_calendar_data`. `chinesecalendar` carries the State Council's yearly
notices; `lunardate` the lunar calendar. Neither is needed to run the system: what they say is committed.
"""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
from lunardate import LunarDate

DATA = Path(__file__).parents[2] / "shared" / "programme" / "data"
ANNOUNCED = range(2018, 2027)
LUNAR = range(2025, 2051)
"""The years that are computed, and two before, whose announcement the computation is held against."""
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
}


def holidays_csv(year: int) -> str:
    """The rows `date,kind,name` of one announced year: days off, and weekend days worked to make up."""
    rows: list[tuple[str, str, str]] = []
    day = date(year, 1, 1)
    while day.year == year:
        _, name = chinese_calendar.get_holiday_detail(day)
        if name is not None:
            kind = "work" if chinese_calendar.is_workday(day) else "off"
            rows.append((day.isoformat(), kind, NAMES[name]))
        day += timedelta(days=1)
    return _csv(("date", "kind", "name"), rows)


def lunar_csv() -> str:
    """The rows `year,spring_festival,dragon_boat,mid_autumn` of the years that are computed."""
    rows = [(str(year), *(_solar(year, month, day) for month, day in ((1, 1), (5, 5), (8, 15)))) for year in LUNAR]
    return _csv(("year", "spring_festival", "dragon_boat", "mid_autumn"), rows)


def _solar(year: int, month: int, day: int) -> str:
    solar: date = LunarDate(year, month, day).to_solar_date()
    return solar.isoformat()


def _csv(header: tuple[str, ...], rows: list[tuple[str, ...]] | list[tuple[str, str, str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def main() -> None:
    """Write every data file anew."""
    for year in ANNOUNCED:
        (DATA / "holidays" / f"{year}.csv").write_text(holidays_csv(year), encoding="utf-8")
    (DATA / "lunar_festivals.csv").write_text(lunar_csv(), encoding="utf-8")


if __name__ == "__main__":
    main()
