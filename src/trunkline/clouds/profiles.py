"""Named profiles of `trunkline auth login`: which org, which client, and where its secret is kept.

They lie in one JSON file of mode 0600 in the user's configuration folder (`TRUNKLINE_CONFIG_DIR`
overrides it). The secret goes into the system's keyring where there is one, else into that file.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import stat
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Protocol, cast

from trunkline.clouds.redact import Secret
from trunkline.errors import InvalidInput, NoTarget

FIELDS = ("cloud", "region", "url", "site", "login_url", "surface", "client_id")
RESERVED = frozenset({"emulator", "demo", "emulator-cxone"})
"""Names that mean the embedded emulator."""

_SERVICE = "trunkline"
_IN_KEYRING = "secret_in_keyring"
_IN_FILE = "client_secret"


class Keyring(Protocol):
    """The part of the `keyring` package that is used."""

    def get_password(self, service: str, name: str) -> str | None: ...
    def set_password(self, service: str, name: str, secret: str) -> None: ...
    def delete_password(self, service: str, name: str) -> None: ...


class Profiles:
    """The profiles of this user.

    `find_keyring` is asked for what keeps secrets, when one is needed: it is slow to import.
    """

    def __init__(
        self, folder: Path | Callable[[], Path], find_keyring: Callable[[], Keyring | None] = lambda: None
    ) -> None:
        self._folder = folder
        self._find_keyring = find_keyring

    @cached_property
    def file(self) -> Path:
        """Where the profiles are; the folder is looked up once it is needed."""
        folder = self._folder if isinstance(self._folder, Path) else self._folder()
        return folder / "profiles.json"

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self._load()))

    def fields(self, name: str) -> dict[str, str] | None:
        """What a profile says but its secret, or None where there is no such profile."""
        found = self._load().get(name)
        return None if found is None else {key: found[key] for key in FIELDS if key in found}

    def secret(self, name: str) -> Secret | None:
        """The secret of a profile, from the keyring or the file."""
        profile = self._load().get(name, {})
        text = profile.get(_IN_FILE)
        if text is None and profile.get(_IN_KEYRING) and (keyring := self._find_keyring()):
            text = keyring.get_password(_SERVICE, name)
        return Secret(text) if text else None

    def save(self, name: str, fields: Mapping[str, str], secret: Secret) -> str:
        """Writes a profile, in place of one of this name, and says where its secret went.

        The answer is `keyring` or the path of the file. Raises InvalidInput for a reserved name.
        """
        if name in RESERVED or not name.strip():
            raise InvalidInput(
                f"{name!r} cannot name a profile: it means the embedded emulator"
                if name in RESERVED
                else "a profile needs a name"
            )
        profile: dict[str, Any] = {key: fields[key] for key in FIELDS if fields.get(key)}
        kept = self._keep(name, secret)
        profile.update({_IN_KEYRING: True} if kept else {_IN_FILE: secret.reveal()})
        self._store({**self._load(), name: profile})
        return "keyring" if kept else str(self.file)

    def delete(self, name: str) -> bool:
        """Forgets a profile and its secret; False where there was none."""
        profiles = self._load()
        profile = profiles.pop(name, None)
        if profile is None:
            return False
        if profile.get(_IN_KEYRING) and (keyring := self._find_keyring()):
            # Where somebody removed it there already, the profile goes all the same.
            with contextlib.suppress(*_keyring_errors()):
                keyring.delete_password(_SERVICE, name)
        self._store(profiles)
        return True

    def _keep(self, name: str, secret: Secret) -> bool:
        keyring = self._find_keyring()
        if keyring is None:
            return False
        try:
            keyring.set_password(_SERVICE, name, secret.reveal())
        except _keyring_errors():
            return False
        return True

    def _load(self) -> dict[str, dict[str, Any]]:
        if not self.file.is_file():
            return {}
        _check_mode(self.file)
        try:
            data = json.loads(self.file.read_text(encoding="utf-8"))
        except ValueError:
            data = None
        if not isinstance(data, dict) or not all(isinstance(each, dict) for each in data.values()):
            raise NoTarget(
                "the file of profiles is damaged",
                where=str(self.file),
                hint="remove it and run: trunkline auth login",
            )
        return cast("dict[str, dict[str, Any]]", data)

    def _store(self, profiles: Mapping[str, Mapping[str, Any]]) -> None:
        """Renamed into place, so that a crash leaves the old file or the new one."""
        import tempfile

        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=self.file.parent, prefix=".profiles-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(profiles, file, indent=2)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self.file)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def open_profiles(environ: Mapping[str, str] = os.environ) -> Profiles:
    """The profiles of this user, with the system's keyring if there is one that works."""
    return Profiles(partial(config_folder, environ), _system_keyring)


def config_folder(environ: Mapping[str, str]) -> Path:
    """`TRUNKLINE_CONFIG_DIR`, else the place the system has for such files."""
    if given := environ.get("TRUNKLINE_CONFIG_DIR"):
        return Path(given)
    import platformdirs

    return Path(platformdirs.user_config_dir("trunkline", appauthor=False))


def _check_mode(file: Path) -> None:
    if os.name != "posix":
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        raise NoTarget(
            f"the file of profiles can be read by others (mode {mode:04o})",
            where=str(file),
            hint=f"run: chmod 600 {file}",
        )


def _system_keyring() -> Keyring | None:
    try:
        keyring: Any = importlib.import_module("keyring")
        backend = keyring.get_keyring()
    except (ImportError, RuntimeError):
        return None
    return keyring if backend.priority >= 1 else None


def _keyring_errors() -> tuple[type[Exception], ...]:
    try:
        errors: Any = importlib.import_module("keyring.errors")
    except ImportError:
        return (OSError,)
    return (errors.KeyringError, OSError)
