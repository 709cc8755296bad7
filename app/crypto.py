"""Keys and what is done with them: encryption at rest, blind indexes for look-up, token hashes, pseudonyms.

Separate keys are derived (HKDF, RFC 5869) for each purpose from the one secret of the installation, so that
none can stand in for another. A ciphertext names its key, so that the secret can be changed: the new one
encrypts, `KAZI_SECRET_KEY_PREVIOUS` still decrypts, finds and recognises. What can be made anew under the new
key is, by app/rekey.py.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.errors import AppError
from app.settings import settings

_KEY_ID_BYTES = 4
_NONCE_BYTES = 12


def _derive(material: str, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=b"kazi", info=f"kazi/v1/{purpose}".encode()).derive(material.encode())


def _materials() -> list[str]:
    """Return the secret in use and, while a change is under way, the one before."""
    given = [settings().key_material(), settings().secret_key_previous.get_secret_value()]
    return [material for material in given if material]


@lru_cache
def _ciphers() -> dict[bytes, AESGCM]:
    """Return the ciphers by key id; the first is the one that encrypts."""
    keys = [_derive(material, "encryption") for material in _materials()]
    return {hashlib.sha256(key).digest()[:_KEY_ID_BYTES]: AESGCM(key) for key in keys}


@lru_cache
def _mac_keys(purpose: str) -> tuple[bytes, ...]:
    """Return the purpose's keys; the first is the one in use."""
    return tuple(_derive(material, purpose) for material in _materials())


def _mac_key(purpose: str) -> bytes:
    return _mac_keys(purpose)[0]


def forget_keys() -> None:
    """Forget derived keys, after the settings changed (in tests)."""
    _ciphers.cache_clear()
    _mac_keys.cache_clear()


def encrypt(text: str) -> bytes:
    """Return key id + nonce + AES-256-GCM ciphertext of the text."""
    key_id, cipher = next(iter(_ciphers().items()))
    nonce = os.urandom(_NONCE_BYTES)
    return key_id + nonce + cipher.encrypt(nonce, text.encode(), None)


def decrypt(blob: bytes) -> str:
    """Return the text of a ciphertext. Raises `cannot-decrypt` (500) when the secret that made it is gone."""
    key_id, nonce = blob[:_KEY_ID_BYTES], blob[_KEY_ID_BYTES : _KEY_ID_BYTES + _NONCE_BYTES]
    cipher = _ciphers().get(key_id)
    try:
        if cipher is not None:
            return cipher.decrypt(nonce, blob[_KEY_ID_BYTES + _NONCE_BYTES :], None).decode()
    except InvalidTag:
        pass
    raise AppError(
        "cannot-decrypt",
        500,
        "A stored text cannot be decrypted: it was written under another secret key. "
        "Set KAZI_SECRET_KEY, or KAZI_SECRET_KEY_PREVIOUS, to the secret in use when it was written.",
    )


def current_key_id() -> bytes:
    """Return the id of the key that encrypts now: what a ciphertext under it begins with."""
    return next(iter(_ciphers()))


def is_current(blob: bytes) -> bool:
    """Say whether a ciphertext was written under the key in use now."""
    return blob[:_KEY_ID_BYTES] == current_key_id()


def blind_index(text: str) -> bytes:
    """Return the keyed index by which an encrypted number is found (HMAC-SHA256, 16 bytes kept)."""
    return blind_indexes(text)[0]


def blind_indexes(text: str) -> list[bytes]:
    """Return the index under the key in use and, while a change of key is under way, under the one before."""
    return [hmac.digest(key, text.encode(), "sha256")[:16] for key in _mac_keys("index")]


def sign_token(purpose: str, text: str) -> str:
    """Return a short URL-safe signature of `text`, for links that only we make (status callbacks)."""
    return _signatures(purpose, text)[0]


def is_signed(purpose: str, text: str, signature: str) -> bool:
    """Say whether we made this signature of `text`, under the key in use or the one before."""
    made = _signatures(purpose, text)
    return any(hmac.compare_digest(one.encode(), signature.encode()) for one in made)


def _signatures(purpose: str, text: str) -> list[str]:
    digests = [hmac.digest(key, text.encode(), "sha256")[:12] for key in _mac_keys(f"token/{purpose}")]
    return [base64.urlsafe_b64encode(digest).decode() for digest in digests]


def token_hash(token: str) -> bytes:
    """Return what is stored of a random bearer token (API key, session): it has 128 bits or more, so SHA-256."""
    return token_hashes(token)[0]


def token_hashes(token: str) -> list[bytes]:
    """Return the token's hash under the key in use and, while a change of key is under way, the one before.

    A hash cannot be made anew without its token: whoever finds a row by the second puts the first in its place.
    """
    return [hmac.digest(key, token.encode(), "sha256") for key in _mac_keys("session")]


def pseudonym(client_id: bytes, worker_id: bytes) -> str:
    """Return the name under which one client sees one worker: stable for the pair, unlinkable across clients."""
    digest = hmac.digest(_mac_key("pseudonym"), client_id + worker_id, "sha256")[:8]
    return "wkr_" + base64.b32encode(digest).decode().rstrip("=").lower()
