"""A certificate authority of our own, by the openssl command."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

_EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
_CONFIG = """
[ca]
default_ca = ours
[ours]
database = {folder}/index
serial = {folder}/serial
new_certs_dir = {folder}
certificate = {folder}/ca.pem
private_key = {folder}/ca.key
default_md = sha256
policy = any
x509_extensions = leaf
[any]
commonName = supplied
[leaf]
basicConstraints = critical, CA:false
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:{name}
"""
# From and to, as `openssl ca` reads them.
VALID = ("20200101000000Z", "20990101000000Z")
EXPIRED = ("20200101000000Z", "20200102000000Z")
EARLY = ("20980101000000Z", "20990101000000Z")


class Authority:
    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir()
        self.folder = folder
        self.file = folder / "ca.pem"
        self._made: dict[tuple[str, tuple[str, str]], ssl.SSLContext] = {}
        (folder / "index").touch()
        (folder / "index.attr").write_text("unique_subject = no\n")
        (folder / "serial").write_text("1000\n")
        self._openssl(
            *("req", "-x509", *_EC, "-days", "3650", "-subj", f"/CN={name}"),
            *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
            *("-keyout", folder / "ca.key", "-out", self.file),
        )

    def serves(self, name: str, dates: tuple[str, str] = VALID) -> ssl.SSLContext:
        """A server's side of TLS, with a certificate made on demand for this name."""
        if (name, dates) not in self._made:
            self._made[name, dates] = self._make(name, dates)
        return self._made[name, dates]

    def _make(self, name: str, dates: tuple[str, str]) -> ssl.SSLContext:
        key, request, leaf, config = (
            self.folder / f"{name}.{end}" for end in ("key", "csr", "pem", "cnf")
        )
        config.write_text(_CONFIG.format(folder=self.folder, name=name))
        self._openssl(
            "req", "-new", *_EC, "-subj", f"/CN={name}", "-keyout", key, "-out", request
        )
        self._openssl(
            *("ca", "-batch", "-notext", "-config", config, "-in", request),
            *("-startdate", dates[0], "-enddate", dates[1], "-out", leaf),
        )
        return _server(leaf, key)

    def serves_by_itself(self, name: str) -> ssl.SSLContext:
        key, leaf = self.folder / "self.key", self.folder / "self.pem"
        self._openssl(
            *("req", "-x509", *_EC, "-days", "3650", "-subj", f"/CN={name}"),
            *("-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", leaf),
        )
        return _server(leaf, key)

    def _openssl(self, *arguments: object) -> None:
        command = ["openssl", *map(str, arguments)]
        subprocess.run(command, check=True, capture_output=True, timeout=60)


def _server(leaf: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(leaf, key)
    return context
