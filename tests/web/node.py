# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""The real daemon over real sockets, in a network of its own; and how it is asked.

A test is `SCRIPT WEFT [NAME...]`: each function that is marked as a case is run, all against one daemon.
"""

from __future__ import annotations

import base64
import ctypes
import ctypes.util
import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from typing import Any, Callable

WEFT = str(pathlib.Path(sys.argv[1]).resolve())
HOST = "127.0.0.1"
LIMIT_S = 60
PASSWORD = "correct horse battery"
NOBODY = "0" * 32
cases: list[Callable[[], None]] = []
sodium = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")


def case(function: Callable[[], None]) -> Callable[[], None]:
    cases.append(function)
    return function


# --- the node ---


def private() -> None:
    """Goes on in a network of its own."""
    if os.environ.get("WEFT_TEST_PRIVATE"):
        return
    words = ["unshare", "--net", "--mount", "--uts"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
    os.environ["WEFT_TEST_PRIVATE"] = "1"
    os.execvp("unshare", [*words, sys.executable, *sys.argv])


private()
box = pathlib.Path(tempfile.mkdtemp(prefix="weft-web-"))
box.chmod(0o755)


def put(path: str, text: str) -> None:
    (box / path).parent.mkdir(parents=True, exist_ok=True)
    (box / path).write_text(text)


def configure(more: str = "") -> None:
    put(
        "etc/config/lime-node",
        "config lime system\n\toption hostname 'one'\n\toption domain 'first'\n" + more + "config lime network\n"
        "\tlist protocols 'lan'\n\tlist protocols 'anygw'\n\toption main_ipv4_address '10.13.1.2/16'\n"
        "\toption main_ipv6_address 'fd0d::2/64'\n",
    )


def start() -> subprocess.Popen[bytes]:
    for words in ("link set lo up", "link add lan1 type veth peer name end1", "link set lan1 address 02:00:00:01:02:03"):
        subprocess.run(["ip", *words.split()], check=True)
    put("sys/class/net/lan1/address", "02:00:00:01:02:03\n")
    put("etc/board.json", '{"network":{"lan":{"ports":["lan1"],"protocol":"static"}}}')
    put("etc/config/lime-community", "config lime network\n\tlist protocols 'lan'\n")
    configure()
    put("www/index.html", '<!doctype html><html lang="en"><title>weft</title><p>the page</p></html>\n')
    put("www/assets/page-0a1B2c3d.js", "let x = 1;\n" * 500)
    (box / "run").mkdir()
    words = [WEFT, "--root", str(box), "--run", str(box / "run"), "daemon", "--www", str(box / "www")]
    daemon = subprocess.Popen(words, stderr=(box / "log").open("wb"))
    until(lambda: get("/")[0] == 200)
    return daemon


def until(good: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT_S
    while True:
        try:
            if good():
                return
        except OSError:
            pass
        assert time.monotonic() < end, "does not become true"
        time.sleep(0.1)


# --- asking ---


def ask(method: str, path: str, body: str | bytes | None = None, **fields: str) -> tuple[int, dict[str, str], bytes]:
    link = http.client.HTTPConnection(HOST, timeout=LIMIT_S)
    link.putrequest(method, path, skip_host="Host" in fields, skip_accept_encoding=True)
    data = body.encode() if isinstance(body, str) else body
    for name, value in fields.items():
        link.putheader(name.replace("_", "-"), value)
    if data is not None:
        link.putheader("Content-Length", str(len(data)))
    link.endheaders(data)
    answer = link.getresponse()
    result = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    link.close()
    return result


def get(path: str, **fields: str) -> tuple[int, dict[str, str], bytes]:
    return ask("GET", path, **fields)


def post(body: object, path: str = "/rpc", kind: str = "application/json", **fields: str) -> Any:
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    status, _, answer = ask("POST", path, text, Content_Type=kind, **fields)
    assert status == 200, (status, answer)
    return json.loads(answer)


def rpc(method: str, **params: object) -> Any:
    return post({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})


def ubus(sid: str, thing: str, method: str, args: dict[str, object] | None = None) -> Any:
    body = {"id": 7, "jsonrpc": "2.0", "method": "call", "params": [sid, thing, method, args or {}]}
    answer = post(body, "/ubus", "text/plain;charset=UTF-8")
    assert answer["id"] == 7 and answer["jsonrpc"] == "2.0"
    return answer.get("result", answer.get("error"))


def local(method: str, **params: object) -> Any:
    """Over the socket of who is on the node itself."""
    with socket.socket(socket.AF_UNIX) as link:
        link.settimeout(LIMIT_S)
        link.connect(str(box / "run/weft/control"))
        link.sendall(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode() + b"\n")
        return json.loads(link.makefile().readline())


class Session:
    """As the page does it (docs/wire/http.md)."""

    def __init__(self, password: str) -> None:
        told = rpc("session_challenge")["result"]
        public, secret, self.key = (ctypes.create_string_buffer(32) for _ in range(3))
        sodium.crypto_box_keypair(public, secret)
        sodium.crypto_box_beforenm(self.key, base64.b64decode(told["key"]), secret)
        nonce = os.urandom(24)
        inner = json.dumps({"challenge": told["challenge"], "password": password}).encode()
        self.login = {
            "key": base64.b64encode(public.raw).decode(), "nonce": base64.b64encode(nonce).decode(),
            "sealed": base64.b64encode(self.seal(inner, nonce)).decode(),
        }  # fmt: skip
        self.answer = rpc("session_login", **self.login)
        self.counter = 0
        self.id = self.answer.get("result", {}).get("session", "")

    def seal(self, text: bytes, nonce: bytes) -> bytes:
        out = ctypes.create_string_buffer(len(text) + 16)
        sodium.crypto_box_easy_afternm(out, text, ctypes.c_ulonglong(len(text)), nonce, self.key)
        return out.raw

    def open(self, sealed: bytes, nonce: bytes) -> bytes:
        out = ctypes.create_string_buffer(len(sealed) - 16)
        good = sodium.crypto_box_open_easy_afternm(out, sealed, ctypes.c_ulonglong(len(sealed)), nonce, self.key)
        assert good == 0
        return out.raw

    def frame(self, text: str, counter: int) -> dict[str, object]:
        nonce = counter.to_bytes(8, "big") + bytes(16)
        sealed = base64.b64encode(self.seal(text.encode(), nonce)).decode()
        return {"jsonrpc": "2.0", "id": counter, "session": self.id, "counter": counter, "sealed": sealed}

    def call(self, method: str, **params: object) -> Any:
        self.counter += 1
        text = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        answer = post(self.frame(text, self.counter))
        if "error" in answer:
            return answer
        nonce = self.counter.to_bytes(8, "big") + b"\1" + bytes(15)
        return json.loads(self.open(base64.b64decode(answer["sealed"]), nonce))


def main() -> int:
    os.environ.pop("WEFT_WWW", None)
    daemon = start()
    failed = 0
    try:
        for function in cases:
            if sys.argv[2:] and function.__name__ not in sys.argv[2:]:
                continue
            begun = time.monotonic()
            try:
                function()
                print(f"ok {function.__name__} ({time.monotonic() - begun:.1f} s)", flush=True)
            except Exception as error:  # each case is told
                failed += 1
                line = error.__traceback__.tb_next.tb_lineno if error.__traceback__ and error.__traceback__.tb_next else 0
                print(f"FAILED {function.__name__}: line {line}: {error!r}", flush=True)
        if daemon.poll() is not None:
            print("FAILED: the daemon has ended")
            failed += 1
        log = (box / "log").read_text(errors="replace")
        for word in ("Sanitizer", "runtime error", "killed by signal", "may not say"):
            if word in log:
                print(f"FAILED: the log says '{word}'")
                failed += 1
        if failed:
            print(log[-6000:])
    finally:
        subprocess.run([WEFT, "--root", str(box), "--run", str(box / "run"), "down"], capture_output=True, check=False)
        daemon.terminate()
        daemon.wait(30)
        shutil.rmtree(box, ignore_errors=True)
    return failed > 0
