"""Might whoever signed act then? Asked again of the newest roster, which knows what was so at every instant before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

import msgspec

from central.registry.services.doubts import Doubt, of_error
from central.registry.services.trusted import Trusted
from enforcement.credentials import Duty, require
from enforcement.credentials.certificate import certificate_days
from enforcement.credentials.standing import within_region
from enforcement.journal import Body, Entry
from enforcement.journal.acts import (
    CaseCosigned,
    CaseDetermined,
    CaseOpened,
    CertificateShown,
    ConflictSettled,
    DecisionIssued,
    DeviationAsked,
    DeviationDecided,
    InspectionOpened,
    ReviewApproved,
    ReviewReturned,
)
from enforcement.journal.procedure_acts import ActDone
from enforcement.journal.relay_acts import RelayAcknowledged
from enforcement.journal.visit_acts import (
    CertificatesPresented,
    DrawCommitted,
    DrawRevealed,
    InspectionConcluded,
    InspectionCosigned,
    InspectionDecided,
)
from enforcement.procedure.profile import Profile
from enforcement.values.errors import KnownError

ROLES: Mapping[type[Body], str] = {
    InspectionOpened: "officer",
    CertificatesPresented: "officer",
    InspectionConcluded: "officer",
    InspectionCosigned: "officer",
    CaseOpened: "officer",
    CaseDetermined: "officer",
    CaseCosigned: "officer",
    DecisionIssued: "officer",
    DeviationAsked: "officer",
    DeviationDecided: "supervisor",
    ReviewApproved: "supervisor",
    ReviewReturned: "supervisor",
    ConflictSettled: "supervisor",
    InspectionDecided: "supervisor",
    DrawCommitted: "supervisor",
    DrawRevealed: "supervisor",
    RelayAcknowledged: "supervisor",
}
"""The role that each kind needs; other kinds only a certificate that holds. An act of a procedure says itself who does it."""
IN_FIELD = (CaseDetermined, CaseCosigned, DecisionIssued)


def person_doubts(entry: Entry, trusted: Trusted, profile: Profile, field: str) -> Iterator[Doubt]:
    """What speaks against the signature of one entry. `field` is that of the case's violation, empty where there is none."""
    index = trusted.index
    asked = Duty(
        role=_role(entry, profile),  # type: ignore[arg-type]
        field=field if isinstance(entry.body, IN_FIELD) else "",
        region=_region(trusted, entry),
    )
    try:
        # asked as of the roster's own day: whether the roster is fresh is no question about the past
        require(index, entry.certificate, asked, entry.at, index.roster.issued_at)
    except KnownError as error:
        yield of_error(error, entry)
    holder = index.holder(entry.kid)
    if holder is not None:
        if holder[1].until is not None and entry.at >= holder[1].until:
            told = {"number": entry.certificate, "until": holder[1].until.isoformat()}
            # noted: a device learns of its renewed keys only when it connects
            yield Doubt("certificate.key_ended", entry, "noted", told)
        since, until = _days(holder[1].der)
        if not since <= entry.at <= until:
            told = {"number": entry.certificate, "since": f"{since:%Y-%m-%d}", "until": f"{until:%Y-%m-%d}"}
            yield Doubt("certificate.key_days", entry, details=told)
    info = index.roster.device_info(entry.device)
    if info is not None and info.state != "active" and info.since is not None and entry.at >= info.since:
        told = {"device": info.label, "state": info.state, "since": info.since.isoformat()}
        yield Doubt("device.not_active", entry, details=told)
    if not isinstance(entry.body, Body):
        return
    for shown in shown_in(entry.body):
        known = trusted.rosters.get(shown.roster_version)
        if known is not None and known != shown.roster_digest:
            yield Doubt("roster.other", entry, details={"version": str(shown.roster_version), "number": shown.number})


def shown_in(value: object) -> Iterator[CertificateShown]:
    """Every certificate that a body says was shown."""
    if isinstance(value, CertificateShown):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from shown_in(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from shown_in(one)


def _role(entry: Entry, profile: Profile) -> str:
    if isinstance(entry.body, ActDone):
        try:
            return profile.rule(entry.body.act).who if entry.body.profile == profile.name else ""
        except KnownError:
            return ""
    return ROLES.get(type(entry.body), "") if isinstance(entry.body, Body) else ""


def _region(trusted: Trusted, entry: Entry) -> str:
    """As the devices take it: the agency's region, or that of whoever signed where theirs is a part of it."""
    region, person = trusted.index.roster.agency.region, trusted.index.person(entry.certificate)
    theirs = person.as_of(entry.at).region if person is not None else region
    return theirs if within_region(theirs, region) else region


_days = lru_cache(maxsize=4096)(certificate_days)
