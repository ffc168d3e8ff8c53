"""Every code of the catalogue as three sentences: what happened, what was kept, what to do."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass

from desktop.messages.language import tr
from enforcement.values.errors import KnownError

KEPT = "Everything written so far is kept."


@dataclass(frozen=True)
class Words:
    """For a person; `details` can be copied."""

    what: str
    kept: str
    todo: str
    details: str


SENTENCES: Mapping[str, tuple[str, str]] = {
    "encoding.not_canonical": ("Data that came in is not in its only right form.", "Ask its sender to send it again."),
    "encoding.wrong_shape": ("Data that came in is not what it says: {why}.", "Ask its sender to send it again."),
    "signature.invalid": ("A signature does not fit what it stands under.", "Do not rely on it; tell your IT."),
    "signature.unknown_key": ("It was signed with a key that the roster does not hold.", "Let the agency's data refresh and try again."),
    "digest.mismatch": ("A file arrived damaged.", "It will be fetched again by itself."),
    "kind.unknown": ("A record was made by a newer version of the program.", "It is carried unchanged; update the program to read it."),
    "blob.truncated": ("An attachment is cut off.", "It will be fetched again by itself."),
    "blob.missing": ("A picture of the case has not arrived on this device yet.", "Connect and wait until it is here; everything else can be seen."),
    "blob.altered": ("An attachment was altered after it was sealed.", "Do not rely on it; tell your IT."),
    "bundle.altered": ("A sealed bundle was altered on its way.", "It was put aside; tell your IT."),
    "bundle.not_for_us": ("A bundle is sealed for somebody else.", "Nothing to do."),
    "bundle.no_recovery_recipient": ("The agency's recovery key is missing, so nothing was sealed.", "Tell your IT before going on."),
    "receipt.altered": ("The relay's receipt does not fit what was sent.", "The case stays in the queue; tell your IT."),
    "log.inconsistent": ("The relay's log was changed: it dropped or rewrote something it had confirmed.", "What it no longer holds is sent again by itself; tell your supervisor and your IT."),
    "notice.unreadable": ("No notice or code could be read.", "Take the picture again, closer and straight."),
    "notice.altered": ("The notice was altered or forged.", "Compare it with the original at the agency."),
    "certificate.expired": ("The certificate of {name} {number} ended on {until}.", "Somebody with a valid certificate has to sign."),
    "certificate.suspended": ("The certificate of {name} {number} is suspended.", "Somebody with a valid certificate has to sign."),
    "certificate.revoked": ("The certificate of {name} {number} was revoked.", "Somebody with a valid certificate has to sign."),
    "certificate.review_overdue": ("The annual review of {name} {number} was due on {until}.", "Have the review entered, or let somebody else sign."),
    "certificate.outside_field": ("The certificate of {name} {number} does not cover this field.", "Somebody whose certificate covers it has to sign."),
    "certificate.outside_region": ("The certificate of {name} {number} does not cover this region.", "Somebody whose certificate covers it has to sign."),
    "certificate.unknown": ("Whether {number} may act is not known: {why}.", "Connect once so that the roster can refresh."),
    "certificate.same_person": ("Both signatures would be of the same officer.", "The second officer has to sign with their own password."),
    "certificate.roster_old": ("The roster on this device could be trusted until {until}; whether {number} may act now is not known.", "Connect once so that the roster can refresh."),
    "certificate.cancelled": ("The certificate of {name} {number} was cancelled on {until}: {why}.", "Somebody with a valid certificate has to sign."),
    "certificate.not_yet": ("The certificate of {name} {number} holds from {until} on.", "Somebody with a valid certificate has to sign."),
    "certificate.wrong_kind": ("{name} {number} does not hold the role that this needs.", "Somebody who holds it has to do this."),
    "device.unknown": ("The relay does not know this device.", "Ask the agency's office to enrol it."),
    "device.suspended": ("This device was suspended by the agency.", "Ask the agency's office."),
    "password.wrong": ("The password is not right.", "Type it again."),
    "password.wait": ("The password of {number} was wrong {failed} times. It can be tried again at {until}.", "Wait, or let the agency recover the password."),
    "password.short": ("The new password is too short.", "Choose one of at least {letters} characters."),
    "pin.invalid": ("This cannot be a PIN.", "Choose {digits} digits that are not all the same and do not count up or down."),
    "pin.wrong": ("The PIN is not right; {left} tries are left.", "Type it again, or sign in with the password."),
    "pin.over": ("The PIN opens nothing any more: it was wrong too often, or the lock is older than {minutes} minutes.", "Sign in with the password."),
    "enrolment.waiting": ("{number} has asked to join this device and is not let in yet.", "Once the agency's office has enrolled them, a colleague who is signed in lets them in under Settings."),
    "enrolment.last": ("{number} cannot be removed: {why}.", "Let a colleague in first, who then removes them."),
    "recovery.wrong_agency": ("The answer comes from another agency than the one that enrolled this device.", "Ask your own agency's office."),
    "recovery.wrong_device": ("The answer is for another device.", "Take the one that was made for this device's request."),
    "recovery.not_asked": ("The answer does not fit a request that waits here: it was used before, or a newer request took its place.", "Make a new request and take it to the agency's office."),
    "recovery.answered": ("This request was answered already, on {at}.", "Have a new one made on the device."),
    "recovery.not_possible": ("The password cannot be recovered: {why}.", "Ask the agency's office."),
    "recovery.code": ("The code that the device shows is not the code of this file: it shows {shown}, the file has {has}.", "Do not answer it; fetch the file from the device itself."),
    "key.not_published": ("The roster on this device does not hold the signing key of {number} yet.", "Connect once so that the roster can refresh."),
    "shown.over": ("The code of a shown certificate holds from {since} to {until} only.", "Have it shown again: the code renews itself."),
    "cosign.nothing": ("There is nothing to co-sign in it: {why}.", "Ask your colleague for a new request."),
    "cosign.stale": ("The answer does not fit this page: {why}.", "Ask for the second signature again, with the page as it is now."),
    "rules.not_in_force": ("{what} is not in force on {day}; it changed on {since}.", "Nothing can be decided under it; ask the legal office for the new table."),
    "rules.pack_altered": ("The discretion table was altered after it was signed. It is not used.", "Ask the legal office to publish it again, then connect once."),
    "rules.pack_invalid": ("The discretion table is faulty at {where}: {why}.", "Ask the legal office."),
    "rules.violation_unknown": ("The table does not hold this violation.", "Choose another one."),
    "rules.fact_missing": ("A fact that the table asks for is missing.", "Enter it."),
    "rules.fact_invalid": ("“{text}” cannot stand for {fact}: {why}.", "Correct the field."),
    "rules.no_tier": ("{violation}: {tier} has no span for this kind of party.", "Ask the legal office."),
    "rules.outside_statute": ("{violation} names no sum for this kind of party.", "Check the party, or ask the legal office."),
    "rules.condition_invalid": ("“{text}” cannot stand in the table: {why}.", "Correct the cell."),
    "procedure.not_allowed": ("This cannot follow here: {why} ({basis}).", "See the record of the case."),
    "procedure.missing": ("Something that the law demands is missing: {items}.", "Fill in what is listed beside the form."),
    "procedure.needs_approval": ("{fine} fen lies outside the band of the tier.", "A reason and a supervisor's approval are needed first."),
    "procedure.refused": ("This step is not lawful now: {items}.", "Do what is named first; the record of the case shows where it stands."),
    "procedure.unknown_act": ("The procedure has no step {act}.", "Update the program to go on with this case."),
    "procedure.profile_invalid": ("The table of the procedure {file} is faulty at {where}: {why}.", "Ask the legal office."),
    "board.invalid": ("The table of the review board {file} is faulty at {where}: {why}.", "Ask the legal office."),
    "period.year_unknown": ("The holidays of {year} are not known here, so no working day is counted.", "Ask the agency's office to publish them."),
    "period.table_invalid": ("The table of deadlines is faulty at {where}: {why}.", "Ask the legal office."),
    "numbers.none_left": ("This device has no document number left for {year}.", "Connect once, or ask the agency's office for a new block."),
    "places.data_invalid": ("The roads and grids in {file} are faulty: {why}.", "Ask the legal office to mend the file."),
    "inspection.data_invalid": ("The inspection data in {file} is faulty at {key}: {why}.", "Ask the legal office to mend the file."),
    "inspection.cap_reached": ("{party} may not be inspected again this year: {words}.", "Plan it only for a reason that the published caps exempt."),
    "input.invalid": ("{field} is missing or cannot be used.", "Correct it and try again."),
    "input.credit_code": ("The check digit of {entered} is wrong.", "Compare it with the licence and type it again."),
    "input.photo_empty": ("The picture {file} is empty (0 bytes).", "Take or choose it again."),
    "input.photo_too_large": ("The picture {file} is too large.", "Choose one of at most 64 MB."),
    "input.photo_not_image": ("{file} is no picture that can be read.", "Choose a JPEG or PNG file."),
    "input.media_unknown": ("{file} is no recording of a kind that is taken in.", "Choose a file of one of these kinds: {known}."),
    "input.media_too_large": ("The recording {file} is too large.", "Have the recorder export it in parts, and add them one by one."),
    "input.media_empty": ("The recording {file} is empty (0 bytes).", "Copy it from the recorder again."),
    "input.source_changed": ("{file} was changed on the disk since it was read here.", "Read it again, or write over it if yours is the right one."),
    "input.source_read_only": ("{file} cannot be written to.", "Your changes are kept here as a draft; check the rights of its folder, or save elsewhere."),
    "input.source_unreadable": ("{file} cannot be read: {why}.", "Choose a folder with a pack.toml, or a workbook."),
    "form.unknown": ("There is no document {form}.", "Choose one of the list of documents."),
    "form.invalid": ("The file {file} is faulty at {key}: {why}.", "Correct the file, or ask the legal office."),
    "form.value": ("{field} of the document {form}: {why}.", "Correct the field."),
    "store.disk_full": ("The disk is full. What was being written was not taken over.", "Free some space and do it again."),
    "store.read_only": ("This profile cannot be written to.", "Check the rights of its folder, or choose another one."),
    "store.damaged": ("{file} is damaged or belongs to another device.", "Do not delete it; ask your IT to restore the backup."),
    "store.in_use": ("The program is already running with this profile.", "Use the window that is open."),
    "store.newer": ("This profile was made by a newer version of the program.", "Update the program."),
    "clock.behind": ("This computer's clock is behind the relay's ({relay}).", "Set the clock; work goes on here and nothing is lost."),
    "clock.ahead": ("This computer's clock is ahead of the relay's ({relay}).", "Set the clock; work goes on here and nothing is lost."),
    "printer.failed": ("The printer {printer} did not take the document: {why}.", "Print again, or save it as PDF."),
    "package.unreadable": ("{file} is no export package that can be read: {why}.", "Ask whoever gave it to you for another copy."),
    "package.altered": ("The export package was altered or is incomplete at {part}: {why}.", "Do not rely on it; ask whoever gave it to you for another copy."),
    "package.password": ("The export package does not open with this password.", "Type it again; it was agreed apart from the file."),
    "package.too_large": ("{part} of the export package is larger than allowed ({limit} bytes).", "Do not open it; ask whoever gave it to you."),
    "input.pdf_unreadable": ("{file} is no PDF that can be read: {why}.", "Save or scan it again as PDF, without a password."),
    "input.signature_too_large": ("The signature is longer than a signature can be: {why}.", "Clear it and sign again."),
    "seal.unreadable": ("The agency's seal certificate cannot be opened: {why}.", "Compare file and password with what the agency's office issued."),
    "seal.not_valid": ("The agency's seal certificate is valid from {since} to {until}, not now.", "Ask the agency's office for a new one."),
    "seal.already": ("The document carries a signature already, which no second one may follow.", "Use the signed document, or print it anew and sign that."),
    "printer.missing": ("The printer {printer} is not there: {why}.", "Switch it on and plug it in, then print again."),
    "printer.unfinished": ("The printer {printer} stopped after {sent} of {total} bytes: the paper is incomplete.", "Void what came out, see to paper and cable, then print again."),
    "output.not_written": ("{file} cannot be written there: {why}.", "Choose another folder; nothing was left half written."),
    "registry.not_enrolled": ("The registry has not been set up: {what} is missing.", "Run init, take the request to the agency's office, and its grant back."),
    "registry.database": ("The register's database cannot be reached: {why}.", "Check its address and that it runs; what came is kept."),
    "tool.failed": ("{tool} did not do what was asked: {why}.", "Nothing was published; tell your IT if it stays."),
    "relay.store_unreachable": ("The relay's store does not answer ({what}: {why}).", "Look at its database and its object store; nothing that was confirmed is lost."),
    "relay.limits_invalid": ("The relay's limits in {file} cannot be used: {why}.", "Mend the file; the relay does not start without limits."),
    "relay.backup_unfit": ("The backup cannot be used: {file}: {why}.", "Take another backup; nothing was thrown away."),
    "relay.not_empty": ("There is another log in the store already ({size} bundles).", "Restore into an empty store."),
    "relay.too_often": ("This device sends more at once than the relay takes; it goes on at {until}.", "Nothing needs to be done; it will be sent by itself."),
    "relay.day_full": ("This device has sent as much today as the relay takes in a day; it goes on at {until}.", "It will be sent by itself; if it is urgent, tell your IT."),
    "relay.unit_full": ("The relay has no room left for this unit; it is tried again at {until}.", "Tell your IT that the unit's storage is full; the case stays here."),
    "relay.unreachable": ("The relay cannot be reached.", "Go on working; it will be sent by itself."),
    "relay.first_time": ("The agency's data was never fetched on this device, and the relay cannot be reached.", "Sign in once while there is a connection; afterwards none is needed."),
    "relay.rubbish": ("What answers at the relay's address is not the relay.", "It will be tried again; if it stays, tell your IT."),
    "relay.refused": ("The relay refused it: {reason}.", "Tell your IT; the case stays here."),
    "relay.busy": ("The relay is busy.", "It will be tried again by itself."),
    "relay.replayed": ("The relay had this request before.", "It will be tried again by itself."),
    "relay.too_large": ("It is larger than the relay takes.", "Tell your IT; the case stays here."),
    "relay.missing": ("The relay does not hold {what}.", "It will be asked again by itself."),
    "relay.restored": ("The relay no longer holds it, though it had given its receipt {receipt}.", "It is sent again by itself; the old receipt is kept."),
    "relay.metered": ("It has photographs or recordings, and the connection is metered.", "It is sent once the switch in Settings is off."),
    "relay.slow": ("The relay answers too slowly to be waited for.", "It will be tried again by itself."),
    "courier.not_here": ("There is nothing of a courier in {folder}: {why}.", "Choose the stick, or the folder hengchi-courier on it; nothing was changed."),
    "courier.unreadable": ("{file} on the stick cannot be used: {why}.", "It was left where it is; write the stick once more. Nothing is lost."),
    "courier.wrong_agency": ("The folder on this stick belongs to another agency ({agency}).", "Take another stick; nothing on it was touched."),
    "courier.newer": ("The folder on this stick was made by a newer version of the program.", "Update the program; nothing on the stick was touched."),
    "courier.gone": ("The stick stopped being readable or writable: {why}.", "Put it in again and repeat; what was done already is not done twice."),
    "courier.full": ("There is no room left on the stick for {file}.", "Make room or take another stick and repeat; what is on it already is whole and stays usable."),
    "courier.read_only": ("Nothing can be written to the stick ({file}).", "Take off its write protection or take another stick; nothing was changed."),
    "courier.no_answer": ("The relay has put nothing for this device on the stick yet.", "Let it be taken to the relay, then read it again."),
    "courier.other_answer": ("What the relay put on the stick answers an earlier state of this device.", "Receipts and cases on it were taken in; for the rest write the stick once more and let it go round again."),
    "courier.set_older": ("The agency's data on the stick is older than what this device has.", "Nothing needs to be done; the newer data stays."),
    "authority.expired": ("The agency's published data has run out ({what}).", "Ask the agency's office to publish it again."),
    "authority.rollback": ("Older data of the agency was offered than is known here.", "It was refused; tell your IT."),
    "roster.faulty": ("{file} is not taken in: {faults}.", "Correct the cells and import it again; nothing was taken in."),
    "key.missing": ("The key {name} is not at hand.", "Put in the stick or the token on which it is kept."),
    "key.replaced": ("The key {name} is not the one that the published set names.", "Let two of the three root keys replace it."),
    "key.threshold": ("{needed} of the {of} keys of {role} have to sign; {found} are at hand.", "Bring the custodians' sticks or tokens."),
    "key.token": ("The token does not do what was asked: {why}.", "Compare its label, its PIN and its driver with what was set up."),
    "office.in_use": ("Another program is at work in the office's folder {folder}.", "Wait until it is done, then do it again; nothing was changed."),
    "office.ended": ("The office's tool ended before it answered: {why}.", "Open the office again: it shows what was taken over, and nothing of it is half done."),
    "office.not_here": ("No office is kept in {folder}.", "Choose the folder that hengchi-authority made with init."),
    "authority.threshold": ("{what} of the agency's data is not signed by enough of the keys that may sign it.", "It was refused; tell your IT."),
    "authority.mixed": ("{what} of the agency's data is not the file that the signed list names: parts of several editions were mixed, or one was altered.", "It was refused; tell your IT."),
    "authority.not_here": ("The agency's published files have not come to this device yet, and without them nobody could check a package.", "Connect once, then write the package again; the volumes need no connection."),
    "authority.untrusted": ("The agency's data cannot be trusted: {what}, {why}.", "Nothing of it was taken over; tell your IT."),
}  # fmt: skip


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def words_of(error: Exception) -> Words:
    """A sentence for a known error; an apology with details for a bug."""
    if isinstance(error, KnownError):
        what, todo = SENTENCES[error.code]
        values = _Blank({name: _text(value) for name, value in error.details.items()})
        return Words(tr(what).format_map(values), tr(KEPT), tr(todo).format_map(values), str(error))
    details = "".join(traceback.format_exception(error))
    return Words(
        tr("Something went wrong in the program."), tr(KEPT), tr("Please send the details to your IT."), details
    )


def words_of_code(code: str, details: Mapping[str, object]) -> str:
    """What happened, in one sentence, from a code and details that were kept."""
    if code not in SENTENCES:
        return ""
    return tr(SENTENCES[code][0]).format_map(_Blank({name: _text(value) for name, value in details.items()}))


def _text(value: object) -> str:
    return "；".join(str(item) for item in value) if isinstance(value, list | tuple) else str(value)
