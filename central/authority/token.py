"""Offline keys on a PKCS#11 token (smart card, USB token, HSM): made there, never leaving it; ECDSA P-256 over SHA-256.

A file NAME.token (TOML: module, token, label, public) in the custodian's folder says where the key is; the token's PIN takes the
place of the folder's password.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)
from securesystemslib.signer import Key, SecretsHandler, Signature, Signer, SSlibKey

from central.platform.files import write_durably
from enforcement.values.errors import KnownError
from enforcement.values.shapes import Record, from_plain


class TokenPlace(Record):
    """`module` is the token's driver (a shared library), `token` the token's label, `label` the key's, `public` its PEM."""

    module: str
    token: str
    label: str
    public: str


class TokenSigner(Signer):
    """Signs on the token; opens a session for each signature, so that pulling it out is noticed."""

    def __init__(self, place: TokenPlace, pin: str) -> None:
        self._place, self._pin = place, pin
        key = load_pem_public_key(place.public.encode())
        if not isinstance(key, EllipticCurvePublicKey):
            raise KnownError("key.token", why="no ECDSA key")
        self._raw = key
        self._public = SSlibKey.from_crypto(key)

    @property
    def public_key(self) -> Key:
        return self._public

    @classmethod
    def from_priv_key_uri(
        cls, priv_key_uri: str, public_key: Key, secrets_handler: SecretsHandler | None = None
    ) -> TokenSigner:
        """Keys are found by their NAME.token file, never by a URI."""
        raise KnownError("key.token", why=f"{priv_key_uri}: a .token file is needed")

    def sign(self, payload: bytes) -> Signature:
        """The signature in DER; raises KnownError(key.token)."""
        import pkcs11  # the token extra

        hashed = Hash(SHA256())
        hashed.update(payload)
        with _session(self._place.module, self._place.token, self._pin) as session:
            key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=self._place.label)
            raw = bytes(key.sign(hashed.finalize(), mechanism=pkcs11.Mechanism.ECDSA))
        half = len(raw) // 2
        der = encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))
        self._raw.verify(der, payload, ECDSA(SHA256()))
        return Signature(self._public.keyid, der.hex())


def make_on_token(module: str, token: str, label: str, pin: str) -> TokenPlace:
    """A new key on the token, that cannot be taken out of it. Raises KnownError(key.token)."""
    import pkcs11  # the token extra
    from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters

    with _session(module, token, pin, write=True) as session:
        if list(session.get_objects({pkcs11.Attribute.LABEL: label})):
            raise KnownError("key.token", why=f"there is a key {label} on {token} already")
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC,
            {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")},
            local=True,
        )
        public, _ = parameters.generate_keypair(
            store=True,
            label=label,
            private_template={pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False},
        )
        der = encode_ec_public_key(public)
    pem = load_der_public_key(der).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return TokenPlace(module=module, token=token, label=label, public=pem)


def write_place(path: Path, place: TokenPlace) -> None:
    """The file that says where the key is."""
    lines = [
        *(f"{name} = {_quoted(getattr(place, name))}" for name in ("module", "token", "label")),
        f'public = """\n{place.public}"""',
    ]
    write_durably(path, ("\n".join(lines) + "\n").encode())


def read_place(path: Path) -> TokenPlace | None:
    """What a .token file says, None when there is none; raises KnownError(key.token)."""
    try:
        return from_plain(TokenPlace, tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return None
    except (KnownError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KnownError("key.token", why=f"{path.name}: {error}") from error


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@contextmanager
def _session(module: str, token: str, pin: str, *, write: bool = False) -> Iterator[Any]:
    try:
        import pkcs11  # the token extra
    except ImportError as error:
        raise KnownError("key.token", why="hengchi was installed without its token extra") from error
    try:
        with pkcs11.lib(module).get_token(token_label=token).open(user_pin=pin, rw=write) as session:
            yield session
    except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
        raise KnownError("key.token", why=f"{token}: {type(error).__name__} {error}".strip()) from error
