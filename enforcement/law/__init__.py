"""Statutory periods: working days and natural days, counted from data and never guessed."""

from enforcement.law.calendar import HolidayCalendar, HolidayYear, add_days, add_workdays, is_workday, move_to_workday

__all__ = ["HolidayCalendar", "HolidayYear", "add_days", "add_workdays", "is_workday", "move_to_workday"]
