"""Statutory periods: working days and natural days, counted from data and never guessed."""

from enforcement.law.calendar import HolidayCalendar, HolidayYear, add_days, add_workdays, is_workday, move_to_workday
from enforcement.law.texts import LawText, read_text

__all__ = [
    "HolidayCalendar",
    "HolidayYear",
    "LawText",
    "add_days",
    "add_workdays",
    "is_workday",
    "move_to_workday",
    "read_text",
]
