"""A certificate authority of the emulator's own: only who is given its file trusts it.

It is kept in a folder, so that a client which trusts it once still does after a restart; its key never leaves
that folder and is readable by its owner alone. Needs the extra `emulator` (trustme).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from trunkline.emulator.hosts import certificate_names
from trunkline.errors import TrunklineError


@dataclass(frozen=True, slots=True)
class Certificates:
    """Files: what clients trust, and what the server shows and signs with."""

    ca_file: Path
    chain_file: Path
    key_file: Path


def issue(folder: Path) -> Certificates:
    """A certificate for all the vendors' hosts and this machine, by the authority that `folder` keeps.

    Raises TrunklineError where trustme is not installed.
    """
    try:
        import trustme
    except ImportError as error:
        raise TrunklineError(
            "TLS needs a package that is not installed", hint="pip install 'trunkline[emulator]'"
        ) from error

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ca_file, ca_key = folder / "ca.pem", folder / "ca.key"
    if ca_file.exists() and ca_key.exists():
        authority = trustme.CA.from_pem(ca_file.read_bytes(), ca_key.read_bytes())
    else:
        authority = trustme.CA(organization_name="Trunkline emulator: this machine only")
        _keep(ca_key, authority.private_key_pem.bytes())
        _keep(ca_file, authority.cert_pem.bytes())
    leaf = authority.issue_cert(*certificate_names())
    issued = Certificates(ca_file, folder / "server.pem", folder / "server.key")
    _keep(issued.key_file, leaf.private_key_pem.bytes())
    _keep(issued.chain_file, b"".join(part.bytes() for part in leaf.cert_chain_pems))
    return issued


def _keep(file: Path, content: bytes) -> None:
    """Write a file of mode 0600, whatever was there before: all of it, or nothing."""
    draft = file.with_name(f".{file.name}.draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
    draft.replace(file)
