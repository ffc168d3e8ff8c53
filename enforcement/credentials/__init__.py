"""Certificates and the roster: may this person do this, here, at this instant, and from what evidence.

`certificate` (X.509) and `authority_set` (TUF) are imported by their own names: they are slow to import and seldom needed.
"""

from enforcement.credentials.enrolment import (
    EnrolGrant,
    EnrolPerson,
    EnrolRequest,
    challenge,
    make_grant,
    make_request,
    read_grant,
    read_request,
)
from enforcement.credentials.person import Credential, Earlier, Person, StatusChange
from enforcement.credentials.roster import (
    Agency,
    DeviceInfo,
    Enterprise,
    EnterpriseRegister,
    NumberBlock,
    NumberBlocks,
    Roster,
    RosterIndex,
    Unit,
    VoidedNotices,
)
from enforcement.credentials.standing import Duty, Standing, require, standing

__all__ = [
    "Agency",
    "Credential",
    "DeviceInfo",
    "Duty",
    "Earlier",
    "EnrolGrant",
    "EnrolPerson",
    "EnrolRequest",
    "Enterprise",
    "EnterpriseRegister",
    "NumberBlock",
    "NumberBlocks",
    "Person",
    "Roster",
    "RosterIndex",
    "Standing",
    "StatusChange",
    "Unit",
    "VoidedNotices",
    "challenge",
    "make_grant",
    "make_request",
    "read_grant",
    "read_request",
    "require",
    "standing",
]
