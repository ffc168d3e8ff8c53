"""A forgotten password: the store's key of a device, unwrapped with the agency's recovery key and wrapped for one request alone."""

from __future__ import annotations

from datetime import timedelta

from central.authority.office import Office, Recovery, in_office
from enforcement.credentials.recovery import (
    Given,
    RecoveryAnswer,
    check_code,
    escrow_info,
    given_info,
    make_answer,
    read_recovery_request,
    store_info,
)
from enforcement.sealing.recipients import wrap
from enforcement.values.cose import KeySigner
from enforcement.values.encoding import decode
from enforcement.values.errors import KnownError
from enforcement.values.ids import digest
from enforcement.values.shapes import to_bytes

HOLDS = timedelta(days=7)
"""A request that is older is not answered: whoever asked has asked again, or somebody kept the file."""


def recover(office: Office, data: bytes, code: str, clerk: str, reason: str) -> bytes:
    """The answer's bytes, for the request whose `code` the device shows. It is on record before it leaves, and the officer's certificate
    for the new keys stands in the roster; publish brings it to everybody.

    Raises KnownError(recovery.code), (recovery.answered), (recovery.not_possible), (device.unknown), (device.suspended),
    (certificate.*), (bundle.altered) for a store of another agency, (input.invalid) without clerk and reason.
    """
    request, name, now = read_recovery_request(data), digest(data), office.clock.now()
    for field, words in (("clerk", clerk), ("reason", reason)):
        if not words.strip():
            raise KnownError("input.invalid", field=field)
    shown = "".join(code.upper().split()).replace("-", "")
    if shown != check_code(data).replace("-", ""):
        raise KnownError("recovery.code", shown=code, has=check_code(data))
    state = office.state()
    before = next((one for one in state.recoveries if one.request == name), None)
    if before is not None:
        raise KnownError("recovery.answered", at=before.at.isoformat())
    if not -timedelta(days=1) < now - request.made_at < HOLDS:
        raise KnownError("recovery.not_possible", why=f"the request is of {request.made_at:%Y-%m-%d}")
    info = state.roster.device_info(request.device)
    if info is None:
        raise KnownError("device.unknown", device=str(request.device))
    if info.state != "active":
        raise KnownError("device.suspended", device=info.label)
    person = in_office(state.roster.person(request.number), request.number, now)
    if all(held.device not in (None, request.device) for held in person.credentials) or not person.credentials:
        raise KnownError("recovery.not_possible", why=f"{request.number} was never enrolled on this device")
    key = office.keys.opening("recovery")
    earlier: tuple[bytes, ...] = ()
    if request.escrow:
        match decode(key.unwrap(request.escrow, escrow_info(request.device, request.number))):
            case list() as kept if all(isinstance(one, bytes) for one in kept):
                earlier = tuple(kept)
            case _:
                raise KnownError("encoding.wrong_shape", why="escrow")
    given = Given(store_key=key.unwrap(request.store, store_info(request.device)), earlier=earlier)
    answer = RecoveryAnswer(
        device=request.device,
        number=request.number,
        request=name,
        given=wrap(to_bytes(given), request.hpke, given_info(request.device, request.number, name)),
        ca=state.roster.agency.ca,
        answered_at=now,
    )
    signed = make_answer(answer, KeySigner(office.keys.signing("issuing")))
    record = Recovery(
        request=name, device=request.device, number=request.number, at=now, clerk=clerk.strip(), reason=reason.strip()
    )
    office.put_recovery(record, office.with_key(person, request.sign, request.hpke, request.device))
    return signed
