"""Sealed bundles of one device, made as fast as keys can sign; each holds one act."""

from __future__ import annotations

import os
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from enforcement.credentials import EnrolPerson, challenge, make_request
from enforcement.journal import NO_ENTRY, seal_entry
from enforcement.journal.acts import FactsRecorded
from enforcement.sealing import BundleHeader, DecryptionKey, seal_bundle
from enforcement.values.cose import KeySigner
from enforcement.values.ids import uuid7


class Field:
    """A device with one officer that seals a bundle for each act."""

    def __init__(self, office):
        self.office, self.device = office, uuid4()
        self.key, self.sign, self.opening = (
            KeySigner(Ed25519PrivateKey.generate()),
            KeySigner(Ed25519PrivateKey.generate()),
            DecryptionKey.generate(),
        )
        public, hpke = self.sign.key.public_key().public_bytes_raw(), self.opening.public_bytes
        proof = self.sign.sign(challenge(self.device, "99010001", public, hpke))
        people = [EnrolPerson(number="99010001", sign=public, hpke=hpke, proof=proof)]
        raw = self.key.key.public_key().public_bytes_raw()
        office.enrol(make_request(self.device, "平板", self.key, raw, people, office.clock.now()), "u1")
        self.seq, self.prev = 0, NO_ENTRY

    def act(self, words="门前堆放"):
        case = uuid7(self.office.clock.now(), os.urandom)
        return self.sealed(case, FactsRecorded(violation="road-occupy", happened=words, place="示范路18号", facts={}))

    def sealed(self, aggregate, body):
        """A bundle of one entry."""
        now, roster = self.office.clock.now(), self.office.state().roster
        entry = seal_entry(
            body, entry_id=uuid7(now, os.urandom), aggregate=aggregate, certificate="99010001", device=self.device,
            seq=self.seq + 1, prev=self.prev, parents=(), at=now, evidence=None, signer=self.sign,
        )  # fmt: skip
        self.seq, self.prev = entry.seq, entry.hash
        header = BundleHeader(
            v=1, device=self.device, unit="u1", first_seq=entry.seq, last_seq=entry.seq, head=entry.hash, blobs=(),
            made_at=now, suite=1,
        )  # fmt: skip
        recipients = (roster.registry, roster.recovery)
        return seal_bundle(aggregate, [entry.data], header, recipients, roster.recovery, self.key, os.urandom).data
