"""Which org a command talks to."""

from __future__ import annotations

import json
import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.clouds.dotenv import read_dotenv
from trunkline.clouds.profiles import Profiles, config_folder
from trunkline.clouds.redact import MASK, Redactor, Secret
from trunkline.clouds.regions import REGIONS, cloud_of, cxone_hosts, genesys_hosts
from trunkline.clouds.target import Sources, chooses_emulator, resolve
from trunkline.errors import InvalidInput, NoTarget

OURS = {
    "TRUNKLINE_CLOUD": "genesys",
    "TRUNKLINE_URL": "http://127.0.0.1:4010",
    "TRUNKLINE_CLIENT_ID": "our-id",
    "TRUNKLINE_CLIENT_SECRET": "our-secret",
}
G1 = {
    "GENESYS_CLOUD_REGION": "eu-west-1",
    "GENESYS_CLOUD_CLIENT_ID": "g1-id",
    "GENESYS_CLOUD_CLIENT_SECRET": "g1-secret",
}
G5 = {"GENESYS_CLIENT_ID": "g5-id", "GENESYS_CLIENT_SECRET": "g5-secret"}
G3 = {"CXONE_SITE": "acme", "CXONE_CLIENT_ID": "g3-id", "CXONE_CLIENT_SECRET": "g3-secret"}


@pytest.fixture
def profiles(tmp_path: Path) -> Profiles:
    profiles = Profiles(tmp_path / "config")
    fields = {"cloud": "genesys", "region": "us-west-2", "client_id": "dev-id", "surface": "guides"}
    profiles.save("dev", fields, Secret("dev-secret"))
    return profiles


def test_a_name_goes_before_every_variable(profiles):
    target = resolve(Sources({**OURS, **G1}, profiles=profiles), "dev")

    assert (target.base_url, target.client_id) == ("https://api.usw2.pure.cloud", "dev-id")
    assert target.client_secret.reveal() == "dev-secret"


def test_our_variables_go_before_the_guides(profiles):
    target = resolve(Sources({**G1, **OURS}, profiles=profiles))

    assert (target.base_url, target.login_url) == ("http://127.0.0.1:4010", "http://127.0.0.1:4010")
    assert (target.client_id, target.origin, target.surface) == ("our-id", "TRUNKLINE_*", "public")


def test_the_guides_variables_go_before_the_default_of_the_project(profiles):
    target = resolve(Sources(G5, {"dev": {}}, default_org="dev", profiles=profiles))

    assert (target.base_url, target.login_url) == (
        "https://api.mypurecloud.com",
        "https://login.mypurecloud.com",
    )
    assert target.client_id == "g5-id"


def test_the_default_of_the_project_is_the_last(profiles):
    target = resolve(Sources({}, {"dev": {}}, default_org="dev", profiles=profiles))

    assert (target.name, target.surface) == ("dev", "guides")


def test_no_target_is_an_error_that_says_how_to_choose_one():
    with pytest.raises(NoTarget, match="no org chosen") as caught:
        resolve(Sources({}))

    assert caught.value.exit_code == 3
    assert "TRUNKLINE_CLIENT_SECRET" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("family", "leaves_out"),
    [
        (OURS, "TRUNKLINE_CLOUD"),
        (OURS, "TRUNKLINE_URL"),
        (OURS, "TRUNKLINE_CLIENT_ID"),
        (OURS, "TRUNKLINE_CLIENT_SECRET"),
        (G1, "GENESYS_CLOUD_REGION"),
        (G1, "GENESYS_CLOUD_CLIENT_ID"),
        (G1, "GENESYS_CLOUD_CLIENT_SECRET"),
        (G5, "GENESYS_CLIENT_SECRET"),
        (G3, "CXONE_SITE"),
        (G3, "CXONE_CLIENT_ID"),
    ],
)
def test_half_a_target_names_the_missing_variable(family, leaves_out):
    half = {name: value for name, value in family.items() if name != leaves_out}

    with pytest.raises(NoTarget, match=leaves_out):
        resolve(Sources(half))


def test_everything_missing_is_named_at_once():
    with pytest.raises(NoTarget, match="TRUNKLINE_CLOUD.*TRUNKLINE_CLIENT_ID.*TRUNKLINE_CLIENT_SECRET"):
        resolve(Sources({"TRUNKLINE_URL": "http://127.0.0.1:1"}))


@pytest.mark.parametrize("lower", [G1, G5, G3])
def test_half_a_target_never_falls_back_to_a_whole_one_below(lower):
    with pytest.raises(NoTarget, match="TRUNKLINE_CLIENT_SECRET"):
        resolve(Sources({**OURS, "TRUNKLINE_CLIENT_SECRET": "", **lower}))


def test_an_unknown_name_lists_the_known_ones(profiles):
    with pytest.raises(NoTarget, match="no org named prod") as caught:
        resolve(Sources(OURS, {"stage": {}}, profiles=profiles), "prod")

    assert "dev, stage" in (caught.value.hint or "")


def test_several_families_say_which_was_used():
    target = resolve(Sources({**G5, **G1, **G3}))

    assert target.origin == "GENESYS_CLOUD_*"
    assert [note.split(" is set too")[0] for note in target.notes] == ["GENESYS_*", "CXONE_*"]


def test_a_command_for_one_cloud_keeps_to_its_variables():
    target = resolve(Sources({**G1, **G3}), cloud="cxone")

    assert (target.cloud, target.base_url) == ("cxone", "https://acme.api.nicecxone.com")


def test_an_org_of_the_other_cloud_is_refused(profiles):
    with pytest.raises(NoTarget, match="needs cxone"):
        resolve(Sources(OURS), cloud="cxone")


def test_the_surface_is_the_flag_then_the_variable_then_the_profile(profiles):
    sources = Sources({}, profiles=profiles)
    with_variable = Sources({"TRUNKLINE_SURFACE": "public"}, profiles=profiles)

    assert resolve(sources, "dev").surface == "guides"
    assert resolve(with_variable, "dev").surface == "public"
    assert resolve(with_variable, "dev", surface="guides").surface == "guides"
    with pytest.raises(NoTarget, match="no surface 'soap'"):
        resolve(sources, "dev", surface="soap")


def test_a_region_variable_implies_its_cloud():
    variables = {**OURS, "TRUNKLINE_CLOUD": "", "TRUNKLINE_URL": "", "TRUNKLINE_REGION": "us-east-1"}

    assert resolve(Sources(variables)).base_url == "https://api.mypurecloud.com"


def test_an_org_of_the_project_takes_its_credentials_from_variables_of_its_own_name():
    orgs = {"prod-eu": {"cloud": "genesys", "region": "eu-west-1", "client_id": "prod-id"}}
    environ = {"TRUNKLINE_PROD_EU_CLIENT_SECRET": "prod-secret"}

    target = resolve(Sources(environ, orgs), "prod-eu")

    assert (target.base_url, target.client_id) == ("https://api.mypurecloud.ie", "prod-id")
    assert target.client_secret.reveal() == "prod-secret"


def test_unnamed_credentials_never_serve_a_named_org():
    orgs = {"prod": {"cloud": "genesys", "region": "eu-west-1"}}

    with pytest.raises(NoTarget, match="TRUNKLINE_PROD_CLIENT_SECRET"):
        resolve(Sources(OURS, orgs), "prod")


def test_the_project_says_where_an_org_lies_and_the_profile_who_asks(profiles):
    orgs = {"dev": {"url": "http://127.0.0.1:9", "client_id": "of the project"}}

    target = resolve(Sources({}, orgs, profiles=profiles), "dev")

    assert (target.base_url, target.client_id) == ("http://127.0.0.1:9", "dev-id")


def test_the_emulator_is_chosen_by_name_or_default_but_never_by_absence(profiles):
    assert chooses_emulator(Sources({}), "emulator")
    assert chooses_emulator(Sources({}, default_org="demo"), None)
    assert not chooses_emulator(Sources(G1, default_org="demo"), None)
    assert not chooses_emulator(Sources({}), None)


def test_plain_http_to_another_machine_is_remarked():
    target = resolve(Sources({**OURS, "TRUNKLINE_URL": "http://gateway.example.com"}))

    assert "not encrypted" in target.notes[0]
    assert resolve(Sources(OURS)).notes == ()


def test_the_environment_goes_before_the_env_file(tmp_path):
    (tmp_path / ".env").write_text(
        "# the guide's\nexport CXONE_SITE=acme\nCXONE_CLIENT_ID='id # 1'\nCXONE_CLIENT_SECRET=s3cret # mine\n"
    )
    environ = {"CXONE_CLIENT_ID": "from-environment", "TRUNKLINE_CONFIG_DIR": str(tmp_path)}

    target = resolve(Sources.of(tmp_path, environ=environ))

    assert (target.client_id, target.client_secret.reveal()) == ("from-environment", "s3cret")


def test_a_broken_env_file_lists_its_lines_and_no_value(tmp_path):
    (tmp_path / ".env").write_text("A=1\nhunter2\n=hunter3\n")

    with pytest.raises(InvalidInput) as caught:
        read_dotenv(tmp_path / ".env")

    assert caught.value.faults == (
        ".env:2: not of the form NAME=value",
        ".env:3: not of the form NAME=value",
    )


@pytest.mark.parametrize(
    ("text", "base", "login"),
    [
        ("us-east-1", "https://api.mypurecloud.com", "https://login.mypurecloud.com"),
        ("EU-WEST-1", "https://api.mypurecloud.ie", "https://login.mypurecloud.ie"),
        ("mypurecloud.com", "https://api.mypurecloud.com", "https://login.mypurecloud.com"),
        ("api.mypurecloud.de", "https://api.mypurecloud.de", "https://login.mypurecloud.de"),
        ("https://api.mypurecloud.com/", "https://api.mypurecloud.com", "https://login.mypurecloud.com"),
        ("https://apps.usw2.pure.cloud", "https://api.usw2.pure.cloud", "https://login.usw2.pure.cloud"),
        (
            "https://acme.mygenesys.cloud/api/v2",
            "https://acme.mygenesys.cloud",
            "https://acme.mygenesys.cloud",
        ),
        ("http://127.0.0.1:4010", "http://127.0.0.1:4010", "http://127.0.0.1:4010"),
        ("http://gateway/genesys/", "http://gateway/genesys", "http://gateway/genesys"),
    ],
)
def test_a_place_of_genesys_may_be_a_region_a_domain_or_a_url(text, base, login):
    hosts = genesys_hosts(text)

    assert (hosts.base_url, hosts.login_url) == (base, login)


@pytest.mark.parametrize("text", ["us-east-9", "", "ftp://x", "https://", "http://h:99999999", "a b"])
def test_what_is_no_place_is_refused(text):
    with pytest.raises(ValueError, match="no region|no URL"):
        genesys_hosts(text)


def test_a_url_with_a_password_is_refused_without_showing_it():
    with pytest.raises(ValueError, match="no user name") as caught:
        genesys_hosts("https://me:hunter22@api.mypurecloud.com:x")

    assert "hunter22" not in str(caught.value)


def test_a_site_of_cxone_is_a_name_or_a_url():
    assert cxone_hosts("Acme").base_url == "https://acme.api.nicecxone.com"
    assert cxone_hosts("http://localhost:1/").base_url == "http://localhost:1"
    with pytest.raises(ValueError, match="no site"):
        cxone_hosts("acme.evil/../")


def test_every_region_belongs_to_genesys():
    assert {cloud_of(genesys_hosts(region).base_url) for region in REGIONS} == {"genesys"}
    assert cloud_of("https://acme.api.nicecxone.com") == "cxone"
    assert cloud_of("https://evilmypurecloud.com") is None


class Memory:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, secret: str) -> None:
        self.kept[service, name] = secret

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


def test_a_profile_is_kept_in_a_file_only_its_owner_can_read(profiles):
    assert os.stat(profiles.file).st_mode & 0o777 == 0o600
    assert profiles.names() == ("dev",)
    assert profiles.secret("dev") == Secret("dev-secret")


def test_with_a_keyring_no_secret_is_in_the_file(tmp_path):
    keyring = Memory()
    profiles = Profiles(tmp_path, lambda: keyring)

    assert profiles.save("dev", {"client_id": "id"}, Secret("s3cret-text")) == "keyring"
    assert "s3cret-text" not in profiles.file.read_text()
    assert profiles.secret("dev") == Secret("s3cret-text")
    assert profiles.delete("dev")
    assert keyring.kept == {}
    assert not profiles.delete("dev")


def test_a_keyring_that_fails_leaves_the_secret_in_the_file(tmp_path):
    class Locked(Memory):
        def set_password(self, service: str, name: str, secret: str) -> None:
            raise OSError("locked")

    profiles = Profiles(tmp_path, Locked)

    assert profiles.save("dev", {"client_id": "id"}, Secret("s3cret-text")) == str(profiles.file)
    assert profiles.secret("dev") == Secret("s3cret-text")


def test_a_file_of_profiles_that_others_can_read_is_refused(profiles):
    profiles.file.chmod(0o640)

    with pytest.raises(NoTarget, match="mode 0640") as caught:
        profiles.fields("dev")

    assert "chmod 600" in (caught.value.hint or "")


@pytest.mark.parametrize("text", ["", "[]", '{"dev": 1}', "{"])
def test_a_damaged_file_of_profiles_is_said_to_be_so(profiles, text):
    profiles.file.write_text(text)

    with pytest.raises(NoTarget, match="damaged"):
        profiles.names()


def test_the_emulators_names_are_no_profiles(profiles):
    with pytest.raises(InvalidInput, match="embedded emulator"):
        profiles.save("demo", {}, Secret("x"))


def test_a_profile_keeps_no_field_it_does_not_know(profiles):
    profiles.save("dev", {"client_id": "id", "client_secret": "stray", "colour": "red"}, Secret("real-one"))

    assert "stray" not in profiles.file.read_text()
    assert json.loads(profiles.file.read_text())["dev"] == {"client_id": "id", "client_secret": "real-one"}


def test_the_folder_of_profiles_can_be_chosen(tmp_path):
    assert config_folder({"TRUNKLINE_CONFIG_DIR": str(tmp_path)}) == tmp_path
    assert config_folder({}).name == "trunkline"


def test_a_secret_shows_itself_only_when_asked():
    secret = Secret("hunter22")

    assert "hunter22" not in f"{secret} {secret!r} {secret!s} {resolve(Sources(OURS))!r}" + f"{[secret]}"
    assert secret.reveal() == "hunter22"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        json.dumps({"secret": secret})


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abcdef123456",
        "authorization=Basic abcdef123456==",
        '{"access_token": "abcdef123456"}',
        "grant_type=x&client_secret=abcdef123456&y=z",
        "clientSecret: 'abcdef123456'",
        "https://me:abcdef123456@proxy:3128/",
        '{"client_secret": "ab\\"cdef123456"}',
    ],
)
def test_what_looks_like_a_secret_is_masked(text):
    cleaned = Redactor()(text)

    assert "cdef123456" not in cleaned
    assert MASK in cleaned


@given(st.text(st.characters(exclude_characters="*"), min_size=6), st.text(), st.text())
def test_a_known_secret_never_survives(secret, before, after):
    assert secret not in Redactor(Secret(secret))(f"{before}{secret}{after}")


def test_ordinary_text_is_left_alone():
    text = "Basic English: the token of /api/v2/flows expired; passwords are elsewhere"

    assert Redactor()(text) == text
