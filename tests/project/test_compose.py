"""docker-compose.yml: valid, closed, and its commands and variables really bring the product up."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml
from django.conf import settings

from nexus.embedded.binaries import find_valkey
from nexus.embedded.children import Child, stop_all, wait_until
from nexus.embedded.home import Account, Home
from nexus.embedded.valkey import free_port
from nexus.guard import CHECKS
from nexus.probe import allowed_host
from nexus.supervisor import ask
from tests.project.processes import clean_env, serving
from tests.project.two_roles import addresses_of, make_database

COMPOSE_FILE = settings.BASE_DIR / "docker-compose.yml"
OURS = ("web", "worker", "beat", "migrate")
VALUES = {
    "SECRET_KEY": "k" * 60,
    "DATA_KEYS": "d" * 60,
    "HASH_KEY": "h" * 60,
    "BASE_URL": "http://localhost",
    "ALLOWED_HOSTS": "localhost",
    "HTTPS": "false",
    "EMAIL_URL": "smtp://mail:1025",
    "BEHIND_PROXY": "false",
    "NEXUS_DB_PASSWORD": "unused",
    "NEXUS_APP_DB_PASSWORD": "unused",
    "VALKEY_PASSWORD": "unused",
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file as YAML reads it, with merged parts resolved."""
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8"))
    return loaded


def filled(text: str) -> str:
    """A value with its `${NAME:-default}` replaced as docker compose does, and `$$` unescaped."""

    def value(match: re.Match[str]) -> str:
        name, default = match.group(1), match.group(3) or ""
        if match.group(2) == ":?":
            assert name in VALUES, f"{name} is required"
        return VALUES.get(name, default)

    return re.sub(r"(?<!\$)\$\{([A-Z_]+)(:[-?])?([^}]*)\}", value, text).replace("$$", "$")


def words(service: dict[str, Any]) -> list[str]:
    """The command of a service with this Python in place of the container's."""
    command = dockerfile_words("ENTRYPOINT") + (service.get("command") or dockerfile_words("CMD"))
    return [sys.executable if word == "python" else filled(word) for word in command]


def dockerfile_words(instruction: str) -> list[str]:
    """The ENTRYPOINT or CMD of the image."""
    text = (settings.BASE_DIR / "Dockerfile").read_text(encoding="utf-8")
    found: list[str] = yaml.safe_load(
        re.findall(rf"^{instruction} (\[.*?\])$", text, re.DOTALL | re.MULTILINE)[-1].replace("\\\n", "")
    )
    return found


def environment(service: dict[str, Any], addresses: dict[str, str], port: int) -> dict[str, str]:
    """What docker compose would put into the container, but for the addresses of the servers."""
    image = {"WEB_HOST": "127.0.0.1", "WEB_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    named = {name: filled(str(value)) for name, value in service["environment"].items()}
    assert addresses.keys() <= named.keys()
    addresses = addresses | {
        "PAGES_REDIS_URL": addresses["REDIS_URL"]
    }  # one server here, in numbered databases
    return {"PATH": os.environ["PATH"], "STATIC_ROOT": VALUES["STATIC_ROOT"]} | image | named | addresses


def test_file_is_valid() -> None:
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        str(COMPOSE_FILE),
    ]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_service_is_closed_and_watched(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert name in OURS or service["user"] not in ("root", "0"), name
        assert name in ("migrate", "web") or "test" in service["healthcheck"], name
    assert re.search(r"^USER 10001:10001$", (settings.BASE_DIR / "Dockerfile").read_text(), re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", (settings.BASE_DIR / "Dockerfile").read_text(), re.MULTILINE)


def test_servers_are_not_published(compose: dict[str, Any]) -> None:
    for name in ("postgres", "valkey", "pages"):
        assert "ports" not in compose["services"][name]
        assert compose["services"][name]["networks"] == ["inside"]
    assert compose["networks"]["inside"]["internal"] is True
    for service in compose["services"].values():
        assert all(filled(port).startswith("127.0.0.1:") for port in service.get("ports", []))


def test_none_takes_the_machine_from_the_others(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["mem_limit"] == service["memswap_limit"], name
        assert service["pids_limit"] > 0, name
        assert float(service["cpus"]) > 0, name
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}, name


def test_what_hangs_ends_itself(compose: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat"):
        assert compose["services"][name]["environment"]["GUARD"] == name
        assert compose["services"][name]["restart"] == "unless-stopped"
    assert "GUARD" not in compose["services"]["migrate"]["environment"]
    assert dockerfile_words("ENTRYPOINT") == ["python", "-m", "nexus.guard"]
    assert CHECKS.keys() == {"web", "worker", "beat"}


def test_mail_is_caught_only_where_somebody_asks_for_it(compose: dict[str, Any]) -> None:
    assert compose["services"]["mail"]["profiles"] == ["try"]
    assert compose["services"]["web"]["environment"]["EMAIL_URL"].startswith("${EMAIL_URL:?")


def test_the_running_product_does_not_know_the_owner_of_its_tables(compose: dict[str, Any]) -> None:
    for name in OURS:
        environment = compose["services"][name]["environment"]
        knows = [word for word in environment.values() if "NEXUS_DB_PASSWORD" in str(word)]
        assert len(knows) == (name == "migrate"), name
        assert "//nexus_app:${NEXUS_APP_DB_PASSWORD:?}@" in environment["DATABASE_URL"]


def test_who_stands_in_front_must_be_said(compose: dict[str, Any]) -> None:
    assert compose["services"]["web"]["environment"]["BEHIND_PROXY"].startswith("${BEHIND_PROXY:?")


@pytest.mark.parametrize("name", ["web", "worker"])
def test_there_may_be_two_of_them(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["deploy"]["replicas"] == f"${{{name.upper()}_REPLICAS:-1}}"
    assert "container_name" not in service
    assert all(port.startswith("${WEB_ADDRESS:-") for port in service.get("ports", []))


def test_no_password_has_a_default() -> None:
    text = COMPOSE_FILE.read_text(encoding="utf-8")
    secret = re.findall(r"(?<!\$)\$\{([A-Z_]*(?:PASSWORD|SECRET_KEY))(:[^}]*|)\}", text)
    assert len(secret) > 5
    assert {rest for _name, rest in secret} == {":?"}


@pytest.mark.parametrize(
    ("hosts", "host"),
    [
        ("nexus.example,b.example", "nexus.example"),
        (".nexus.example", "nexus.example"),
        ("*", "localhost"),
        ("", "localhost"),
    ],
)
def test_probe_names_a_host_that_is_allowed(hosts: str, host: str) -> None:
    assert allowed_host(hosts) == host


def probe(state: str, port: int) -> int:
    """Exit code of the container's health check."""
    command = [sys.executable, "-m", "nexus.probe", state]
    env = clean_env(WEB_PORT=str(port), ALLOWED_HOSTS="localhost")
    return subprocess.run(
        command, cwd=settings.BASE_DIR, env=env, capture_output=True, check=False
    ).returncode


@contextmanager
def running(
    services: dict[str, Any], addresses: dict[str, str], port: int, logs: Path
) -> Iterator[list[Child]]:
    """Web, worker and beat, started with the very commands and variables of the file."""
    children = []
    try:
        for name in ("web", "worker", "beat"):
            child = Child(name, words(services[name]), patience=30)
            env = environment(services[name], addresses, port)
            child.start(env=env, cwd=settings.BASE_DIR, output=logs / f"{name}.log")
            children.append(child)
        yield children
    finally:
        stop_all(children)


def test_commands_bring_the_product_up(
    compose: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, port = compose["services"], free_port()
    monkeypatch.setitem(VALUES, "STATIC_ROOT", str(settings.STATIC_ROOT))
    with ExitStack() as stack:
        _process, embedded = stack.enter_context(serving(tmp_path / "state"))
        make_database(home := Home(tmp_path / "state"))
        owner_too = addresses_of(home) | {"REDIS_URL": embedded["REDIS_URL"]}
        addresses = {name: value for name, value in owner_too.items() if name != "OWNER_DATABASE_URL"}
        env = environment(services["migrate"], owner_too, port)
        assert probe("live", port) == 1
        migrate = words(services["migrate"])[-1].replace("python", f"'{sys.executable}'")
        subprocess.run(["sh", "-c", migrate], cwd=settings.BASE_DIR, env=env, check=True, capture_output=True)
        children = stack.enter_context(running(services, addresses, port, tmp_path))
        ready = wait_until(
            lambda: ask(f"http://localhost:{port}/health/ready")[0] or not alive(children), 60, 0.2
        )
        said = "\n".join(path.read_text()[-2000:] for path in sorted(tmp_path.glob("*.log")))
        assert ready, said
        assert alive(children), said
        assert probe("live", port) == probe("ready", port) == 0
        stop_all(children)
        assert [child.ended() for child in children] == [0, 0, 0], said


@pytest.mark.parametrize(("name", "policy"), [("valkey", "volatile-lru"), ("pages", "allkeys-lru")])
def test_valkey_reads_its_password_from_the_pipe(
    compose: dict[str, Any], tmp_path: Path, name: str, policy: str
) -> None:
    program, port = find_valkey(Account.current()).path, free_port()
    script = filled(compose["services"][name]["command"][-1])
    assert script.endswith(" valkey-server -")
    script = script.replace("valkey-server -", f"'{program}' - --port {port} --bind 127.0.0.1")
    server = Child("valkey", ["sh", "-c", script])
    try:
        server.start(env={"VALKEY_PASSWORD": "letters1", "PATH": os.environ["PATH"]}, cwd=tmp_path)
        allowed = redis.Redis(port=port, password="letters1")
        assert wait_until(lambda: pings(allowed), 10)
        assert not pings(redis.Redis(port=port))
        assert allowed.config_get("maxmemory-policy") == {"maxmemory-policy": policy}
        assert allowed.config_get("save") == {"save": ""}
    finally:
        server.stop()


def pings(client: redis.Redis) -> bool:
    """Whether the server answers this client."""
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def alive(children: list[Child]) -> bool:
    """Whether none has ended by itself."""
    return all(child.ended() is None for child in children)
