"""Certificates for tests, made by openssl: an authority, and what it vouches for. Good for two days."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.demands import the_program
from tests.processes import LOOPBACK

DAYS = "2"
CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")


@dataclass(frozen=True, slots=True)
class Pair:
    certificate: Path
    key: Path


class Authority:
    """Vouches for whom it issued a certificate. Files lie in `folder`, under the names given."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._openssl = the_program("openssl", package="openssl")
        self._folder = folder
        self._own = Pair(folder / f"{name}.pem", folder / f"{name}.key")
        self._run("req", "-x509", *CURVE, "-noenc", "-subj", f"/CN={name}", "-days", DAYS, *self._into(self._own))

    @property
    def certificate(self) -> Path:
        return self._own.certificate

    def issue(self, name: str, *, address: str = LOOPBACK, key_password: str = "") -> Pair:
        """For a person or server called `name`, who may be reached at `address`. Its key is for its owner alone."""
        pair = Pair(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        signer = ("-CA", str(self._own.certificate), "-CAkey", str(self._own.key))
        sealed = ("-passout", f"pass:{key_password}") if key_password else ("-noenc",)
        names = ("-subj", f"/CN={name}", "-addext", f"subjectAltName=IP:{address}")
        self._run("req", "-x509", *CURVE, *sealed, *signer, *names, "-days", DAYS, *self._into(pair))
        pair.key.chmod(0o600)
        return pair

    def _into(self, pair: Pair) -> tuple[str, ...]:
        return ("-out", str(pair.certificate), "-keyout", str(pair.key))

    def _run(self, *words: str) -> None:
        done = subprocess.run([self._openssl, *words], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
