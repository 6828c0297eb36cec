#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Many connections that talk all the time, as those of a household do.

flows.py serve PORT                   answers each number with itself and the address it came from
flows.py talk PORT EVERY HOST N ...   N connections to each HOST; at SIGINT, prints what they saw

A connection that breaks is made anew at once, and one that is silent for PATIENCE is given up, as
programs do.
"""

import asyncio
import json
import signal
import sys
import time

PATIENCE = 3.0  # seconds
AGAIN = 0.2


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    peer = writer.get_extra_info("peername")[0]
    try:
        while line := await reader.readline():
            writer.write(line.strip() + b" " + peer.encode() + b"\n")
    except OSError:
        pass
    finally:
        writer.close()


async def serve(port: int) -> None:
    for host in ("0.0.0.0", "::"):
        await asyncio.start_server(answer, host, port, backlog=512)
    await asyncio.Event().wait()


class Flow:
    def __init__(self, host: str, port: int, every: float) -> None:
        self.host, self.port, self.every = host, port, every
        self.replies: list[float] = []
        self.breaks: list[float] = []
        self.ways: list[tuple[float, str]] = []

    def hear(self, line: bytes) -> None:
        now = time.time()
        self.replies.append(round(now, 3))
        way = line.decode().split()[1]
        if not self.ways or self.ways[-1][1] != way:
            self.ways.append((round(now, 3), way))

    async def talk(self) -> None:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(self.host, self.port), PATIENCE)
        number = 0
        try:
            while True:
                number += 1
                due = time.monotonic() + self.every
                writer.write(b"%d\n" % number)
                line = await asyncio.wait_for(reader.readline(), PATIENCE)
                if not line.endswith(b"\n"):
                    raise ConnectionError
                self.hear(line)
                await asyncio.sleep(max(0, due - time.monotonic()))
        finally:
            writer.transport.abort()

    async def run(self, delay: float) -> None:
        await asyncio.sleep(delay)
        while True:
            try:
                await self.talk()
            except (OSError, asyncio.TimeoutError):
                self.breaks.append(round(time.time(), 3))
            await asyncio.sleep(AGAIN)


async def talk(port: int, every: float, counts: list[tuple[str, int]]) -> None:
    flows = [Flow(host, port, every) for host, n in counts for _ in range(n)]
    tasks = [asyncio.create_task(flow.run(every * i / len(flows))) for i, flow in enumerate(flows)]
    end = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, end.set)
    await end.wait()
    for task in tasks:
        task.cancel()
    print(json.dumps([vars(flow) for flow in flows]), flush=True)


if sys.argv[1] == "serve":
    asyncio.run(serve(int(sys.argv[2])))
else:
    hosts = [(host, int(n)) for host, n in zip(sys.argv[4::2], sys.argv[5::2])]
    asyncio.run(talk(int(sys.argv[2]), float(sys.argv[3]), hosts))
