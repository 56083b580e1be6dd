"""The official JavaScript SDK drives the emulator."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.driven import JAVASCRIPT
from tests.sdk_driver import HOME, SCRIPTS, Conformance, drive, needs

pytestmark = pytest.mark.sdk
MODULES = HOME / "node" / "node_modules"


@pytest.fixture(scope="module")
def steps(emulator, tmp_path_factory):
    needs(Path("node"), MODULES / "purecloud-platform-client-v2")
    home = tmp_path_factory.mktemp("home")
    return drive(emulator, JAVASCRIPT, ["node", SCRIPTS / "actions.cjs"], home, NODE_PATH=str(MODULES))


class TestJavaScriptSdk(Conformance):
    """See Conformance."""
