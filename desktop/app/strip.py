"""What the strip says: who, their certificate, the connection, what waits, how old the agency's data is."""

from __future__ import annotations

from datetime import timedelta

from desktop.messages import tr
from desktop.services.shapes import StripState
from desktop.views.certificates.page import STATES
from desktop.views.shared.times import size_words, span_words
from desktop.views.shell.window import StripPart
from desktop.views.sync.page import CONNECTION


def strip_parts(state: StripState) -> list[StripPart]:
    """Each part with its words, the tone of its dot, the place that it opens and the short form where the strip is narrow."""
    words, tone = STATES[state.person.state]
    until = state.person.until.isoformat() if state.person.until else ""
    link, link_tone = CONNECTION[state.connection]
    sent = tr("{count} waiting · {size}", count=state.waiting, size=size_words(state.waiting_bytes))
    certificate = tr("Certificate {state}, {until}", state=tr(words), until=until)
    short = tr("Certificate {state}", state=tr(words))
    return [
        StripPart("person", f"{state.person.name} · {state.person.unit}", "", "certificates", state.person.name),
        StripPart("certificate", certificate, tone, "certificates", short),
        StripPart("connection", tr(link), link_tone, "sync"),
        StripPart("queue", sent if state.waiting else tr("everything received"), "", "sync"),
        _authority(state),
    ]


def _authority(state: StripState) -> StripPart:
    """How old the agency's data is; in its last days how long it may still be trusted, for then nobody can sign any more."""
    if state.authority_left <= timedelta(0):
        return StripPart(
            "authority", tr("Roster too old: connect"), "stop", "certificates", tr("Roster too old: connect")
        )
    if state.authority_ends_soon:
        left = span_words(state.authority_left)
        words = tr("Roster good for {left} more: connect", left=left)
        return StripPart("authority", words, "reason", "certificates", tr("Roster: {left}", left=left))
    age = span_words(state.authority_age)
    data = tr("Rules and roster {age}", age=age)
    return StripPart("authority", data, "", "certificates", tr("Rules {age}", age=age))
