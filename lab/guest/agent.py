# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""The first process of the lab's machine: does what the host asks for.

The host speaks over serial ports of the machine (several, so that a person can
look while a test runs).  A message is one line of JSON, followed by `size`
bytes if it has such a member.  A request has an `id`; its answer has the same
one, with `error` if it failed.  Requests are begun in order; those that wait
for a process are answered when it ends, others are answered meanwhile.
"""

from __future__ import annotations

import errno
import fcntl
import glob
import json
import os
import select
import signal
import struct
import time
import traceback
from collections.abc import Callable
from typing import Any

import kernel
from boxes import Box
from jobs import Job, Jobs
from netlink import Net
from streams import Stream, Streams

RNDADDENTROPY, RNDRESEEDCRNG = 0x40085203, 0x5207
IDLE_S = 0.5
WITH_PORT = ("run", "terminal", "connect", "stream")  # requests that matter to who asks


class Port:
    """One serial port: bytes in, messages out."""

    def __init__(self, path: str) -> None:
        self.fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        # The kernel sends SIGIO when the host connects; poll() cannot wait for that.
        fcntl.fcntl(self.fd, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(self.fd, fcntl.F_SETFL, os.O_NONBLOCK | os.O_ASYNC)
        self.input = bytearray()
        self.output = bytearray()
        self.connected = False

    def send(self, message: dict[str, Any], load: bytes = b"") -> None:
        if load:
            message["size"] = len(load)
        self.output += json.dumps(message).encode() + b"\n" + load

    def flush(self) -> None:
        try:
            while self.output:
                del self.output[: os.write(self.fd, self.output[:32768])]
        except BlockingIOError:
            pass

    def fill(self) -> bool:
        """Reads what is there; False when the host has gone."""
        try:
            while True:
                piece = os.read(self.fd, 65536)
                if not piece:
                    return False
                self.input += piece
                if len(piece) < 4096:
                    return True
        except BlockingIOError:
            return True
        except OSError as error:
            if error.errno in (errno.EPIPE, errno.ENODEV):
                return False
            raise

    def message(self) -> tuple[dict[str, Any], bytes] | None:
        """Takes the next whole message out of the input."""
        end = self.input.find(b"\n")
        if end < 0:
            return None
        message = json.loads(self.input[:end])
        size = message.get("size", 0)
        if len(self.input) < end + 1 + size:
            return None
        load = bytes(self.input[end + 1 : end + 1 + size])
        del self.input[: end + 1 + size]
        return message, load

    def forget(self) -> None:
        self.connected = False
        self.input.clear()
        self.output.clear()


class Agent:
    """Everything there is in the machine: boxes, processes, cables."""

    def __init__(self) -> None:
        self.boxes: dict[str, Box] = {}
        self.ports = [Port(path) for path in sorted(glob.glob("/dev/vport*"))]
        self.jobs = Jobs(self.died)
        self.streams = Streams()
        self.poll = select.poll()
        self.polled: dict[int, int] = {}
        self.lab = Net(os.dup(kernel.OWN_NET))
        self.parking = Net(kernel.new_net())
        # The lab's ends of cables say nothing themselves.
        self.net_sysctl("lab", "net/ipv6/conf/default/disable_ipv6", "1")

    # Requests. Each takes the request and its load and gives the answer, or None if it comes later.

    def do_ping(self, request: dict[str, Any], load: bytes) -> dict[str, Any]:
        return {"time": time.time()}

    def do_wake(self, request: dict[str, Any], load: bytes) -> dict[str, Any]:
        """After a restore: the time of day, and randomness that no other restore has."""
        time.clock_settime(time.CLOCK_REALTIME, request["time"])
        with open("/dev/urandom", "wb") as pool:
            seed = struct.pack("ii", len(load) * 8, len(load)) + load
            fcntl.ioctl(pool, RNDADDENTROPY, seed)
            fcntl.ioctl(pool, RNDRESEEDCRNG)
        return {}

    def do_box(self, request: dict[str, Any], load: bytes) -> dict[str, Any]:
        """Makes a box with its network; it does not run yet."""
        name = request["name"]
        if name in self.boxes:
            raise ValueError(f"there is already a {name}")
        box = Box(name, len(self.boxes) + 1, request["root"], request["init"])
        box.prepare()
        self.boxes[name] = box
        return {}

    def do_start(self, request: dict[str, Any], load: bytes) -> dict[str, Any]:
        box = self.boxes[request["box"]]
        if box.pid:
            raise ValueError(f"{box.name} is running already")
        if box.net is None:
            box.plug_parked(self.parking)
        return {"pid": box.start()}

    def do_stop(self, request: dict[str, Any], load: bytes) -> dict[str, Any]:
        self.boxes[request["box"]].stop(self.parking)
        return {}

    def do_net(self, request: dict[str, Any], load: bytes) -> dict[str, Any]:
        """A list of steps, each [box or "lab", verb, arguments...]."""
        for name, verb, *args in request["steps"]:
            getattr(self, f"net_{verb}")(name, *args)
        return {}

    def box(self, name: str) -> Box | None:
        """A box by its name; None is the lab itself."""
        return None if name == "lab" else self.boxes[name]

    def net(self, name: str) -> Net:
        if name == "lab":
            return self.lab
        net = self.boxes[name].net
        if net is None:
            raise ValueError(f"{name} has no power")
        return net

    def net_port(self, name: str, device: dict, lab_name: str) -> None:
        """A socket of a box; the other end of its short cable lies in the lab, up."""
        there = {"name": lab_name, "mtu": device["mtu"]}
        self.net(name).veth(device, there, self.lab)
        self.boxes[name].ports.append(device["name"])
        self.lab.change(lab_name, up=True)

    def net_join(self, name: str, one: str, other: str) -> None:
        """Makes one cable of two ends."""
        self.net(name).redirect(one, other)
        self.net(name).redirect(other, one)

    def net_dummy(self, name: str, device: dict) -> None:
        self.net(name).dummy(device)
        if name != "lab":
            self.boxes[name].ports.append(device["name"])

    def net_bridge(self, name: str, device: str) -> None:
        self.net(name).bridge(device)
        self.net(name).change(device, up=True)

    def net_delete(self, name: str, device: str) -> None:
        self.net(name).delete(device)

    def net_master(self, name: str, device: str, bridge: str | None) -> None:
        self.net(name).master(device, bridge)

    def net_up(self, name: str, device: str) -> None:
        self.net(name).change(device, up=True)

    def net_down(self, name: str, device: str) -> None:
        self.net(name).change(device, up=False)

    def net_address(self, name: str, device: str, address: str) -> None:
        self.net(name).address(device, address)

    def net_route(self, name: str, to: str, via: str) -> None:
        self.net(name).route(to, via)

    def net_netem(self, name: str, device: str, *what: float) -> None:
        self.net(name).netem(device, *what)

    def net_sysctl(self, name: str, key: str, value: str) -> None:
        with kernel.inside_net(self.net(name).fd):
            with open(f"/proc/sys/{key}", "w") as file:
                file.write(value)

    def do_read(self, request: dict[str, Any], load: bytes) -> tuple[dict[str, Any], bytes]:
        with self.open(request, os.O_RDONLY) as file:
            return {}, file.read()

    def do_write(self, request: dict[str, Any], load: bytes) -> dict[str, Any]:
        flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if request.get("append") else os.O_TRUNC)
        with self.open(request, flags) as file:
            file.write(load)
            os.fchmod(file.fileno(), request.get("mode", 0o644))
        return {}

    def open(self, request: dict[str, Any], flags: int) -> Any:
        """A file of a box that runs, of the writable layer of one that does not, or of the lab."""
        box, path = self.box(request["box"]), request["path"]
        writing = flags != os.O_RDONLY
        if box and box.pid:
            fd = box.open(path, flags)
        else:
            real = f"{box.folder}/upper/{path}" if box else path
            if writing:
                os.makedirs(os.path.dirname(real), exist_ok=True)
            fd = os.open(real, flags | os.O_CLOEXEC, 0o644)
        return os.fdopen(fd, "wb" if writing else "rb")

    def do_run(self, request: dict[str, Any], load: bytes, port: Port) -> None:
        """Runs a program and answers when it has ended: rc, and out and err one after the other."""
        started = time.monotonic()

        def ended(job: Job) -> None:
            answer = {"id": request["id"], "rc": job.rc, "out": len(job.out), "late": job.late}
            answer["took"] = time.monotonic() - started
            port.send(answer, bytes(job.out + job.err))

        box = self.box(request["box"])
        job = self.jobs.start(box, request["argv"], request.get("env", {}), load, ended)
        if request.get("timeout"):
            job.deadline = started + request["timeout"]

    def do_spawn(self, request: dict[str, Any], load: bytes) -> dict[str, Any]:
        """Starts a program and leaves it running; see do_job."""
        box = self.box(request["box"])
        job = self.jobs.start(box, request["argv"], request.get("env", {}), load, self.jobs.keep)
        return {"job": job.pid}

    def do_job(self, request: dict[str, Any], load: bytes) -> tuple[dict[str, Any], bytes]:
        """What a spawned program said since the last call; `signal` is sent to it first."""
        job = self.jobs.find(request["job"])
        if request.get("signal") and job.rc is None:
            os.kill(job.pid, request["signal"])
        out, err = bytes(job.out), bytes(job.err)
        job.out.clear()
        job.err.clear()
        if job.rc is not None:
            self.jobs.drop(job)
        return {"rc": job.rc, "out": len(out)}, out + err

    def do_terminal(self, request: dict[str, Any], load: bytes, port: Port) -> dict[str, Any]:
        """Starts a program on a terminal; its output comes as messages with `terminal`."""

        def said(job: Job) -> None:
            port.send({"terminal": job.pid}, bytes(job.out))
            job.out.clear()

        def ended(job: Job) -> None:
            said(job)
            port.send({"terminal": job.pid, "rc": job.rc})

        box = self.box(request["box"])
        job = self.jobs.start_terminal(box, request["argv"], request["size_of"], said, ended)
        job.owner = port
        return {"terminal": job.pid}

    def do_typed(self, request: dict[str, Any], load: bytes) -> dict[str, Any]:
        job = self.jobs.find(request["terminal"])
        if "size_of" in request:
            self.jobs.resize(job, request["size_of"])
        if load and job.rc is None:
            os.write(job.terminal, load)
        return {}

    def do_connect(self, request: dict[str, Any], load: bytes, port: Port) -> dict[str, Any]:
        """Connects from within a box; what comes back are messages with `stream`."""
        with kernel.inside_net(self.net(request["box"]).fd):
            stream = Stream(port, request["stream"], request["address"], request["port"])
        self.streams.add(stream)
        return {}

    def do_stream(self, request: dict[str, Any], load: bytes, port: Port) -> dict[str, Any]:
        """What the host says on one; `end`: that was all; `gone`: nobody listens any more."""
        if request.get("gone"):
            self.streams.drop(port, request["stream"])
        else:
            self.streams.write(port, request["stream"], load, bool(request.get("end")))
        return {}

    def died(self, pid: int) -> None:
        """The first process of a box has ended by itself."""
        for box in self.boxes.values():
            if box.pid == pid:
                box.ended()

    # The loop.

    def serve(self) -> None:
        reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        for number in (signal.SIGCHLD, signal.SIGIO):
            signal.signal(number, lambda *_: None)
        while True:
            self.watch(reading)
            ready = dict(self.poll.poll(self.patience_ms()))
            if reading in ready:
                os.read(reading, 4096)
            self.jobs.reap()
            self.jobs.expire(time.monotonic())
            for fd in ready:
                self.jobs.readable(fd)
                self.streams.ready(fd)
            for port in self.ports:
                self.attend(port)

    def patience_ms(self) -> int:
        due = self.jobs.next_deadline()
        if due is None:
            return int(IDLE_S * 1000)
        return max(0, min(int((due - time.monotonic()) * 1000) + 1, int(IDLE_S * 1000)))

    def watch(self, reading: int) -> None:
        """Tells poll() what matters now.  Ports without a host would only ever say "gone"."""
        wanted = {reading: select.POLLIN} | self.jobs.interests() | self.streams.interests()
        for port in self.ports:
            if port.connected:
                wanted[port.fd] = select.POLLIN | (select.POLLOUT if port.output else 0)
        for fd in self.polled.keys() - wanted.keys():
            self.poll.unregister(fd)
        for fd, events in wanted.items():
            if self.polled.get(fd) != events:
                self.poll.register(fd, events)
        self.polled = wanted

    def attend(self, port: Port) -> None:
        if not port.fill():
            if port.connected:
                port.forget()
                self.jobs.abandon(port)
                self.streams.abandon(port)
            return
        port.connected = True
        while message := port.message():
            self.answer(port, *message)
        port.flush()

    def answer(self, port: Port, request: dict[str, Any], load: bytes) -> None:
        reply: dict[str, Any] = {}
        answer_load = b""
        try:
            verb: Callable[..., Any] = getattr(self, f"do_{request['do']}")
            args = (port,) if request["do"] in WITH_PORT else ()
            result = verb(request, load, *args)
            if result is None:
                return
            reply, answer_load = result if isinstance(result, tuple) else (result, b"")
        except Exception as error:
            reply = {"error": str(error) or repr(error), "trace": traceback.format_exc()}
            if isinstance(error, KeyError):
                reply["error"] = f"there is no {error}"
        port.send({"id": request["id"]} | reply, answer_load)


if __name__ == "__main__":
    Agent().serve()
