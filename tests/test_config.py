"""The configuration: what is wrong is named, with what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from voice.config import default_config, listen_elsewhere, load_config
from voice.errors import ConfigError


def load(tmp_path: Path, text: str) -> object:
    file = tmp_path / "voice.toml"
    file.write_text(text)
    return load_config(file)


def test_the_shipped_configuration_is_valid() -> None:
    assert load_config(default_config()).server.host == "127.0.0.1"


def test_an_engine_keeps_its_own_options() -> None:
    config = load_config(default_config())
    assert config.asr.options["model"]


def test_a_table_that_is_left_out_is_the_clinics(tmp_path: Path) -> None:
    file = tmp_path / "voice.toml"
    file.write_text("[tts]\nengine = 'espeak'")
    config = load_config(file)
    assert config.tts.options == {}
    assert config.asr == load_config(default_config()).asr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[server]\nprot = 80", "unknown key 'prot' in server, expected one of: host"),
        ("[server]\nport = 70000", "server.port is 70000, expected 65535 or less"),
        ("[server]\nport = '80'", "server.port is '80', expected a whole number"),
        ("server = 3", "server is 3, expected a table"),
        ("[turn]\nspeculate = 'no idea'", "turn.speculate is 'no idea', expected true or false"),
        ("[turn]\nnod = -1", "turn.nod is -1, expected 0 or more"),
        ("[models]\nshared = '/theirs'", "models.shared is '/theirs', expected a list"),
        ("[turns]", "unknown key 'turns' in the file, expected one of: agent, asr"),
        ("[asr]\nmodel = 'x'", "asr.engine is missing"),
        ("[asr\n", "is not TOML"),
        ("[models]\ncache = '~nobody-here/models'", "models.cache is '~nobody-here/models'"),
        ("[models]\ncache = ''", "models.cache is '', expected a path in quotes"),
        ("[server]\nmax_calls = 1000000", "server.max_calls is 1000000, expected 1000 or less"),
        ("[turn]\nnod = inf", "turn.nod is inf, expected a finite number"),
        ("[tts]\nengine = 'x'\npace = [nan]", "tts.pace.0 is nan, expected a finite number"),
        (
            "[turn]\nshortest_endpoint = 0.4",
            "turn.usual_endpoint is 0.3, expected no less than shortest_endpoint, 0.4",
        ),
        (
            "[turn]\nusual_endpoint = 1.5",
            "turn.hanging_endpoint is 1.2, expected no less than usual_endpoint, 1.5",
        ),
        (
            "[turn]\nlongest_endpoint = 1",
            "turn.longest_endpoint is 1, expected no less than hanging_endpoint, 1.2",
        ),
        (
            "[turn]\ndoubtful_endpoint = 2.0",
            "turn.longest_endpoint is 1.6, expected no less than doubtful_endpoint, 2",
        ),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["[server]\ntoken = 12345678", "[[server]]\ntoken = '12345678'", "server = ['12345678']"],
)
def test_a_secret_is_not_shown(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="server") as caught:
        load(tmp_path, text)
    assert "12345678" not in str(caught.value)


def test_a_folder_may_be_somewhere_at_home(tmp_path: Path) -> None:
    file = tmp_path / "voice.toml"
    file.write_text('[models]\ncache = "~/models"\nshared = ["~/ours", "/theirs"]')
    models = load_config(file).models
    assert models.cache == Path.home() / "models"
    assert models.shared == (Path.home() / "ours", Path("/theirs"))


def test_a_port_that_is_none_is_named() -> None:
    config = load_config(default_config())
    assert listen_elsewhere(config, None, None) == config
    assert listen_elsewhere(config, "::1", 0).server.port == 0
    with pytest.raises(ConfigError, match="--port is 99999, expected 65535 or less"):
        listen_elsewhere(config, None, 99999)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read .*nowhere\.toml"):
        load_config(tmp_path / "nowhere.toml")
