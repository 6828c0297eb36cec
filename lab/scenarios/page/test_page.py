# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""The page that a node serves, in Chromium on this host, which is one of the node's phones by a proxy."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest
from labkit.actors import Client
from labkit.lab import Lab
from labkit.system import REPOSITORY

AT_MOST_S = 400


def get(lab: Lab, path: str, host: str, *options: str) -> str:
    """What a phone fetches by the name of its node, through the node's own DNS server."""
    proxy = lab.client("ana").proxy()
    try:
        argv = ["curl", "-s", "--max-time", "20", "--socks5-hostname", proxy.address, *options]
        done = subprocess.run([*argv, f"http://{host}{path}"], capture_output=True, check=False)
        return done.stdout.decode(errors="replace")
    finally:
        proxy.close()


def call(lab: Lab, method: str, host: str, **params: Any) -> dict[str, Any]:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    kind = "Content-Type: application/json"
    return json.loads(get(lab, "/rpc", host, "-H", kind, "--data", body) or "{}")


@pytest.fixture(scope="module")
def gateway(lab: Lab) -> str:
    """The anycast address, at which every phone finds its node."""
    ana: Client = lab.client("ana")
    n2 = lab.node("n2")
    lab.wait_until(lambda: n2.run("weft", "wait", "--timeout", "30", check=False).ok, 90, what="a plan")
    ana.dhcp(90)
    address = ana.lease()["router"].split()[0]
    lab.wait_until(lambda: get(lab, "/", address), 60, what="a page")
    return address


def test_a_node_serves_its_page_to_a_phone(lab: Lab, gateway: str) -> None:
    assert "<!doctype html>" in get(lab, "/", gateway).lower()
    assert call(lab, "status", gateway)["result"]["node"]["name"] == "n2"


def test_nobody_changes_anything_without_the_password(lab: Lab, gateway: str) -> None:
    for method, params in (
        ("reload", {}),
        ("settings_apply", {"changes": {"hostname": "mine"}}),
        ("gateway_use", {"gateway": "n1", "client": "02:00:00:00:00:01"}),
    ):
        assert "error" in call(lab, method, gateway, **params), method
    assert call(lab, "status", gateway)["result"]["node"]["name"] == "n2"


def test_a_browser_shows_each_page(lab: Lab, gateway: str) -> None:
    """Every page at phone size, all languages, accessibility, no strangers asked: page.mjs has the list."""
    lab.node("n2").run("weft", "password", "node", input="correct horse battery\n")
    proxy = lab.client("ana").proxy()
    script = REPOSITORY / "web/tests/browser/page.mjs"
    argv = ["node", script, f"http://{gateway}/", "--proxy", f"socks5://{proxy.address}"]
    try:
        done = subprocess.run(
            argv, cwd=REPOSITORY / "web", capture_output=True, text=True, timeout=AT_MOST_S
        )
    finally:
        proxy.close()
    print(done.stdout, done.stderr)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("ok ") >= 10
