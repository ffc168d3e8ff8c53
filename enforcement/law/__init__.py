"""Statutory periods, counted from data and never guessed; the official texts of statutes."""

from enforcement.law.calendar import Holiday, HolidayCalendar, HolidayYear, holiday_name, is_workday, workday_before
from enforcement.law.periods import (
    Counted,
    Due,
    Halted,
    MonthEnd,
    Moved,
    Period,
    Skipped,
    Stand,
    Start,
    Step,
    Suspended,
    Suspension,
    Worked,
    add_months,
    count,
)
from enforcement.law.texts import LawText, read_text

__all__ = [
    "Counted",
    "Due",
    "Halted",
    "Holiday",
    "HolidayCalendar",
    "HolidayYear",
    "LawText",
    "MonthEnd",
    "Moved",
    "Period",
    "Skipped",
    "Stand",
    "Start",
    "Step",
    "Suspended",
    "Suspension",
    "Worked",
    "add_months",
    "count",
    "holiday_name",
    "is_workday",
    "read_text",
    "workday_before",
]
