"""The Terraform files, read without a provider: references resolve, settings are documented, roles stay as listed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hcl2
import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "infra" / "terraform").glob("*.tf"))
REFERENCE = re.compile(r"(?<![\w.\"/-])(var|local|data|(?:google|random)_\w+)\.(\w+)(?:\.(\w+))?")
TOO_BROAD = re.compile(r"roles/(owner|editor|viewer|browser)|.*[.]?admin$|roles/iam\..*|.*serviceAgent$", re.IGNORECASE)

Block = dict[str, Any]


def name_of(text: str) -> str:
    return text.strip('"')


def blocks(kind: str) -> Iterator[tuple[list[str], Block]]:
    """Each block of a kind: its labels, and its body."""
    for file in FILES:
        for block in hcl2.loads(file.read_text()).get(kind, []):
            labels: list[str] = []
            for _ in range({"resource": 2, "data": 2, "locals": 0, "terraform": 0}.get(kind, 1)):
                ((label, block),) = [(key, body) for key, body in block.items() if key != "__is_block__"]
                labels.append(name_of(label))
            yield labels, block


def values(node: Any) -> Iterator[str]:
    """Every text below a node, keys too: a map's key may be an expression."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield str(key)
            yield from values(value)
    elif isinstance(node, list):
        for item in node:
            yield from values(item)
    elif isinstance(node, str):
        yield node


def code() -> str:
    """Everything that is not a plain text: expressions, and what is interpolated."""
    found = [
        text
        for kind in ("resource", "data", "locals", "output", "provider", "variable")
        for _, block in blocks(kind)
        for text in values(block)
    ]
    quoted = [inner for text in found if text.startswith('"') for inner in re.findall(r"\$\{(.*?)\}", text)]
    return "\n".join([text for text in found if not text.startswith('"')] + quoted)


VARIABLES = {labels[0]: body for labels, body in blocks("variable")}
LOCALS = {key: value for _, body in blocks("locals") for key, value in body.items() if key != "__is_block__"}
RESOURCES = {(labels[0], labels[1]): body for labels, body in blocks("resource")}
DATA = {(labels[0], labels[1]) for labels, _ in blocks("data")}


@pytest.mark.slow
def test_every_reference_leads_somewhere() -> None:
    found = REFERENCE.findall(code())
    assert len(found) > 80
    for kind, first, second in found:
        if kind == "var":
            assert first in VARIABLES, f"var.{first}"
        elif kind == "local":
            assert first in LOCALS, f"local.{first}"
        elif kind == "data":
            assert (first, second) in DATA, f"data.{first}.{second}"
        else:
            assert (kind, first) in RESOURCES, f"{kind}.{first}"


def test_every_variable_and_local_is_used_and_every_variable_described() -> None:
    used = {(kind, first) for kind, first, _ in REFERENCE.findall(code())}
    assert {name for kind, name in used if kind == "var"} == set(VARIABLES)
    assert {name for kind, name in used if kind == "local"} == set(LOCALS)
    page = (ROOT / "docs" / "deploy.md").read_text()
    for name, body in VARIABLES.items():
        assert name_of(body["description"]).strip(), name
        assert "type" in body, name
        assert "default" in body or f"`{name}`" in page, f"{name} must be given, so the page must name it"


def given_to(container: Block) -> Iterator[tuple[str, str]]:
    """The variables of a container: name, and `plain` or `secret`."""
    for env in container.get("env", []):
        yield name_of(env["name"]), "secret" if "value_source" in env else "plain"
    for dynamic in container.get("dynamic", []):
        ((label, body),) = [(key, value) for key, value in dynamic.items() if key != "__is_block__"]
        assert name_of(label) == "env"
        local = re.fullmatch(r"\$\{local\.(\w+)\}", body["for_each"])
        assert local is not None
        kind = "secret" if "value_source" in body["content"][0] else "plain"
        for name in re.findall(r"\b([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)\b", " ".join(reached(local[1]))):
            yield name, kind


def reached(local: str) -> Iterator[str]:
    """The texts of a local, and of the locals that it merges."""
    for text in values(LOCALS[local]):
        yield text
        for kind, first, _ in REFERENCE.findall(text):
            if kind == "local":
                yield from reached(first)


def containers() -> dict[str, list[tuple[str, str]]]:
    found = {}
    for (kind, name), body in RESOURCES.items():
        if kind.startswith("google_cloud_run_v2_") and not kind.endswith("_iam_member"):
            template = body["template"][0]
            template = template["template"][0] if kind.endswith("_job") else template
            found[name] = list(given_to(template["containers"][0]))
    return found


def test_each_service_is_given_documented_settings_and_secrets_only_as_secrets() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    found = containers()
    assert set(found) == {"api", "worker", "migrate"}
    for service, given in found.items():
        assert len(given) >= 3, service
        assert len({name for name, _ in given}) == len(given), f"{service} is given a variable twice"
        for name, kind in given:
            assert f"`{name}`" in page, f"{name} of {service} is not in docs/settings.md"
            secret = name.endswith(("_KEY", "DATABASE_URL", "ADMIN_URL")) and name != "DASHBRIDGE_KMS_KEY"
            assert kind == ("secret" if secret else "plain"), name
    assert ("DASHBRIDGE_DATABASE_ADMIN_URL", "secret") in found["migrate"]
    assert not [name for name, _ in found["api"] + found["worker"] if "ADMIN_URL" in name]
    assert not [name for name, _ in found["worker"] if "KMS" in name or "ADMIN" in name]


def test_roles_are_those_of_the_page_and_none_is_broad() -> None:
    granted: set[tuple[str, str]] = set()
    for (kind, _), body in RESOURCES.items():
        if "_iam_" in kind:
            assert kind.endswith("_iam_member"), f"{kind} would take away what others were granted"
            role = name_of(body["role"])
            assert not TOO_BROAD.fullmatch(role), role
            granted.add((role, kind))
    page = (ROOT / "docs" / "deploy.md").read_text()
    listed = set(re.findall(r"^\| `(roles/[\w.]+)` \|", page, re.MULTILINE))
    assert {role for role, _ in granted} == listed
    on_the_project = {role for role, kind in granted if kind == "google_project_iam_member"}
    assert on_the_project == {"roles/bigquery.jobUser", "roles/bigquery.readSessionUser"}


@pytest.mark.parametrize("service", ["api", "worker"])
def test_services_are_probed_bounded_and_leave_time_for_streams(service: str) -> None:
    body = RESOURCES["google_cloud_run_v2_service", service]
    template = body["template"][0]
    container = template["containers"][0]
    assert name_of(container["startup_probe"][0]["http_get"][0]["path"]) == "/readyz"
    assert name_of(container["liveness_probe"][0]["http_get"][0]["path"]) == "/healthz"
    assert {"min_instance_count", "max_instance_count"} <= set(template["scaling"][0])
    assert "max_instance_request_concurrency" in template
    if service == "api":
        assert name_of(template["timeout"]) == "3600s"


def test_each_part_has_an_account_of_its_own() -> None:
    accounts = [text for text in values(RESOURCES["google_service_account", "service"]) if "toset" in text]
    assert re.findall(r'"(\w+)"', accounts[0]) == ["api", "worker", "migrate"]


def test_what_is_stored_is_kept_and_shut() -> None:
    bucket = RESOURCES["google_storage_bucket", "objects"]
    assert bucket["uniform_bucket_level_access"] is True
    assert name_of(bucket["public_access_prevention"]) == "enforced"
    assert bucket["versioning"][0]["enabled"] is True
    assert bucket["lifecycle_rule"]
    key = RESOURCES["google_kms_crypto_key", "connections"]
    assert name_of(key["rotation_period"]).endswith("s")
    network = RESOURCES["google_sql_database_instance", "directory"]["settings"][0]["ip_configuration"][0]
    assert network["ipv4_enabled"] is False
    assert name_of(network["ssl_mode"]) == "ENCRYPTED_ONLY"
