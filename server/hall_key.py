"""The key by which a hall signs the heads of its log: Ed25519 (RFC 8032), known by a short name."""

from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NAME_DIGITS = 16


def name_of(public: str) -> str:
    """Give the short name of a public key in hex: the first digits of its SHA-256."""
    return sha256(bytes.fromhex(public)).hexdigest()[:NAME_DIGITS]


def is_signed(public: str, statement: bytes, signature: str) -> bool:
    """Tell whether a key in hex signed these bytes; whatever is no key or no signature did not."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), statement)
    except (ValueError, InvalidSignature):
        return False
    return True


class HallKey:
    """A key that can sign."""

    def __init__(self, seed: bytes) -> None:
        """Make the key of 32 secret bytes."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw().hex()
        self.name = name_of(self.public)

    def sign(self, statement: bytes) -> str:
        """Sign these bytes; gives the signature in hex."""
        return self._key.sign(statement).hex()
