"""Instants as a person reads them, in local time."""

from __future__ import annotations

from datetime import datetime, timedelta

from desktop.messages import tr
from enforcement.values.clock import LOCAL


def local_minute(instant: datetime | None) -> str:
    """10-14 09:42."""
    return "" if instant is None else instant.astimezone(LOCAL).strftime("%m-%d %H:%M")


def local_second(instant: datetime | None) -> str:
    """09:47:12."""
    return "" if instant is None else instant.astimezone(LOCAL).strftime("%H:%M:%S")


def span_words(span: timedelta) -> str:
    """A span in its largest whole unit."""
    seconds = int(span.total_seconds())
    if seconds < 60:
        return tr("just now")
    if seconds < 3600:
        return tr("{count} min", count=seconds // 60)
    if seconds < 86_400:
        return tr("{count} h", count=seconds // 3600)
    return tr("{count} days", count=seconds // 86_400)


def size_words(size: int) -> str:
    """Bytes as B, KB, MB."""
    if size < 1024:
        return f"{size} B"
    if size < 1 << 20:
        return f"{size / 1024:.0f} KB"
    return f"{size / (1 << 20):.1f} MB"
