"""Views as pure folds, without a database."""

import pytest
from sqlalchemy import ARRAY, Column, ForeignKey, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from shared.contracts.core import Envelope
from shared.projections.projection import ImpureFold, Projection, Row, View, WrongRow, project, stream_id
from tests.projections.ledger import LEDGER, Broken, Closed, Noted, Opened, Paid, recorded


def test_a_row_begins_blank_and_is_folded_on() -> None:
    rows = project(LEDGER, [recorded(1, "a", Opened(owner="安")), recorded(2, "a", Paid(amount=7))])
    assert rows["accounts"][("a",)]["owner"] == "安"
    assert rows["accounts"][("a",)]["balance"] == 7
    assert rows["accounts"][("a",)]["notes"] == []
    assert rows["days"][(2026, "Mon")] == {"year": 2026, "weekday": "Mon", "payments": 1, "total": 7}


def test_none_deletes_the_row_and_a_later_event_begins_it_anew() -> None:
    events = [recorded(1, "a", Paid(amount=7)), recorded(2, "a", Closed())]
    assert project(LEDGER, events)["accounts"] == {}
    again = project(LEDGER, [*events, recorded(3, "a", Closed()), recorded(4, "a", Paid(amount=1))])
    assert again["accounts"][("a",)]["balance"] == 1


def _notes(name: str = "notes") -> View:
    return View(
        Table(
            name,
            MetaData(),
            Column("account", Text, primary_key=True),
            Column("title", Text, nullable=False, default=""),
            Column("all", JSONB, default=list),
        )
    )


def test_a_fold_that_alters_its_row_is_found() -> None:
    view = _notes()

    @view.on(Noted)
    def _noted(row: Row, event: Noted, at: Envelope) -> Row:
        row["all"].append(event.text)
        return row

    events = [recorded(1, "a", Noted(text="1")), recorded(2, "a", Noted(text="2"))]
    with pytest.raises(ImpureFold, match="notes"):
        project(Projection("x", 1, ("intake",), (view,)), events)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"other": 1}, "other"),
        ({"title": None}, "title is null"),
        ({"title": 7}, "title is int, not str"),
        ({"account": "b"}, "changed the key"),
    ],
)
def test_a_row_that_the_table_cannot_hold_is_refused_at_its_event(change: Row, message: str) -> None:
    view = _notes()

    @view.on(Noted)
    def _noted(row: Row, event: Noted, at: Envelope) -> Row:
        return row | change

    with pytest.raises(WrongRow, match=message):
        project(Projection("x", 1, ("intake",), (view,)), [recorded(1, "a", Noted(text="1"))])


def test_a_key_of_another_type_is_refused() -> None:
    view = _notes()

    @view.on(Paid, keys=lambda event, _at: [(event.amount,)])
    def _paid(row: Row, event: Paid, at: Envelope) -> Row:
        return row

    with pytest.raises(WrongRow, match="is no key of"):
        project(Projection("x", 1, ("intake",), (view,)), [recorded(1, "a", Paid(amount=1))])


def _lines() -> View:
    made = Table(
        "lines",
        MetaData(),
        Column("account", Text, primary_key=True),
        Column("version", Integer, primary_key=True),
        Column("text", Text, nullable=False, default=""),
    )
    return View(made, each=lambda at: (stream_id(at), at.version))


def test_a_view_may_have_a_row_an_event() -> None:
    view = _lines()
    view.on(Noted)(lambda row, event, _at: row | {"text": event.text})
    events = [recorded(1, "a", Noted(text="1")), recorded(2, "a", Noted(text="2")), recorded(3, "b", Noted(text="3"))]
    rows = project(Projection("x", 1, ("intake",), (view,)), events)["lines"]
    assert [row["text"] for row in rows.values()] == ["1", "2", "3"]


def test_a_view_with_a_row_an_event_takes_no_other_keys() -> None:
    with pytest.raises(ValueError, match="a row an event"):
        _lines().on(Noted, keys=lambda _event, _at: [("a", 1)])


def test_an_event_has_one_fold_in_a_view() -> None:
    view = _notes()
    view.on(Noted)(lambda row, _event, _at: row)
    with pytest.raises(ValueError, match="folds Noted twice"):
        view.on(Noted)(lambda row, _event, _at: row)


@pytest.mark.parametrize(
    "table",
    [
        Table("without_key", MetaData(), Column("a", Text)),
        Table("with_schema", MetaData(), Column("a", Text, primary_key=True), schema="intake"),
        Table("with_array", MetaData(), Column("a", Text, primary_key=True), Column("b", ARRAY(Text))),
        Table("x" * 31, MetaData(), Column("a", Text, primary_key=True)),
        Table("with_parent", MetaData(), Column("a", Text, ForeignKey("b.c"), primary_key=True)),
    ],
    ids=lambda table: str(table.name),
)
def test_a_table_that_cannot_be_a_view_is_refused(table: Table) -> None:
    with pytest.raises(ValueError, match=table.name):
        View(table)


def test_a_projection_refuses_two_views_of_a_name() -> None:
    with pytest.raises(ValueError, match="names of their own"):
        Projection("x", 1, ("intake",), (_notes(), _notes()))


def test_only_events_that_a_view_folds_are_touched() -> None:
    narrowed = Projection("x", 1, ("intake",), LEDGER.views, handles=frozenset({Paid}))
    assert set(LEDGER.touched) == {Opened, Paid, Noted, Closed, Broken}
    assert set(narrowed.touched) == {Paid}


def test_the_definition_follows_the_tables() -> None:
    one = Projection("x", 1, ("intake",), (_notes(),))
    same = Projection("x", 1, ("intake",), (_notes(),))
    other = Projection("x", 1, ("intake",), (_notes("other"),))
    assert one.definition == same.definition != other.definition
