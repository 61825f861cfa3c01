"""The secrets of an installation: one JSON file outside the database, made by ``sambung keys``."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_PURPOSES = ("mac", "sign", "receipt", "seal", "lookup")


@dataclass(frozen=True, slots=True)
class Keys:
    """Each purpose has its own 32-byte key, derived from one root secret; VAPID keys identify us to push services.

    ``mac`` item hashes; ``sign`` cursors, sessions and proofs; ``receipt`` receipt codes; ``seal`` deferred
    content and the keys that phones seal their stores with; ``lookup`` keyed hashes of personal values.
    ``restores`` counts restored backups: it must survive the restore, so it cannot live in the database.
    """

    mac: bytes
    sign: bytes
    receipt: bytes
    seal: bytes
    lookup: bytes
    vapid_private: str
    vapid_public: str
    restores: int
    path: Path | None = None

    @staticmethod
    def create(path: Path) -> Keys:
        """Make a new key file (mode 0600). Raises ``FileExistsError`` rather than replace one."""
        private = ec.generate_private_key(ec.SECP256R1())
        pem = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        content = {
            "root": base64.b64encode(secrets.token_bytes(32)).decode(),
            "vapid": pem,
            "restores": 0,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file, indent=2)
        return Keys.load(path)

    @staticmethod
    def load(path: Path) -> Keys:
        """Read a key file. Raises ``FileNotFoundError`` or ``ValueError`` if it is not one."""
        content = json.loads(path.read_text())
        root = base64.b64decode(content["root"])
        if len(root) != 32:
            raise ValueError("root secret must be 32 bytes")
        derived = {
            purpose: HKDF(SHA256(), 32, salt=None, info=f"sambung/{purpose}".encode()).derive(root)
            for purpose in _PURPOSES
        }
        private = serialization.load_pem_private_key(content["vapid"].encode(), password=None)
        public = private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return Keys(
            **derived,
            vapid_private=content["vapid"],
            vapid_public=base64.urlsafe_b64encode(public).rstrip(b"=").decode(),
            restores=int(content.get("restores", 0)),
            path=path,
        )

    def count_restore(self, at_least: int) -> int:
        """Count one more restored backup and write it down; returns the new number (> ``at_least``)."""
        if self.path is None:
            return max(self.restores, at_least) + 1
        content = json.loads(self.path.read_text())
        # The file counts, not what was loaded from it: this process may have seen a restore already.
        number = max(int(content.get("restores", 0)), at_least) + 1
        content["restores"] = number
        temporary = self.path.with_suffix(".new")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path)
        return number

    def derive(self, purpose: str, name: str) -> bytes:
        """A 32-byte key for one named thing (an account's store), from the key of ``purpose``."""
        return HKDF(SHA256(), 32, salt=None, info=name.encode()).derive(getattr(self, purpose))
