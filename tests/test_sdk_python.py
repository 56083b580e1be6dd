"""The official Python SDK drives the emulator."""

from __future__ import annotations

import pytest

from tests.driven import PYTHON
from tests.sdk_driver import HOME, SCRIPTS, Conformance, drive, needs

pytestmark = pytest.mark.sdk
INTERPRETER = HOME / "bin" / "python"


@pytest.fixture(scope="module")
def steps(emulator, tmp_path_factory):
    needs(INTERPRETER)
    return drive(emulator, PYTHON, [INTERPRETER, SCRIPTS / "actions.py"], tmp_path_factory.mktemp("home"))


class TestPythonSdk(Conformance):
    """See Conformance."""


def test_ci_fails_where_an_sdk_was_left_out(monkeypatch, tmp_path):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="make sdk"):
        needs(tmp_path / "python")
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="make sdk"):
        needs(tmp_path / "python")
