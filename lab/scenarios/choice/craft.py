#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
"""Packets of the tunnel, made by hand and put on the wire as they are.

craft.py DEVICE MAC SOURCE DESTINATION PORT INNER-SOURCE INNER-DESTINATION ...

From SOURCE to DESTINATION (IPv6), by the neighbour MAC; in each a UDP packet to a port, the next one
for each further pair of inner addresses, IPv4 or IPv6.
"""

import ipaddress
import socket
import struct
import sys

TIMES = 3
WORDS = b"made by hand"


def checksum(data: bytes) -> int:
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv6(source: bytes, destination: bytes, protocol: int, load: bytes) -> bytes:
    return struct.pack("!IHBB", 6 << 28, len(load), protocol, 64) + source + destination + load


def ipv4(source: bytes, destination: bytes, load: bytes) -> bytes:
    def header(check: int) -> bytes:
        size = 20 + len(load)
        return struct.pack("!BBHHHBBH", 0x45, 0, size, 1, 0, 64, 17, check) + source + destination

    return header(checksum(header(0))) + load


def udp(source: bytes, destination: bytes, port: int) -> bytes:
    size = 8 + len(WORDS)
    pseudo = source + destination + struct.pack("!II", size, 17)
    check = checksum(pseudo + struct.pack("!HHHH", port, port, size, 0) + WORDS)
    return struct.pack("!HHHH", port, port, size, check or 0xFFFF) + WORDS


def inner(source: str, destination: str, port: int) -> tuple[int, bytes]:
    a, b = (ipaddress.ip_address(address).packed for address in (source, destination))
    load = udp(a, b, port)
    return (4, ipv4(a, b, load)) if len(a) == 4 else (41, ipv6(a, b, 17, load))


device, mac, source, destination, port = sys.argv[1:6]
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
wire.bind((device, 0))
ethernet = bytes.fromhex(mac.replace(":", "")) + wire.getsockname()[4] + b"\x86\xdd"
outer = [ipaddress.ip_address(address).packed for address in (source, destination)]
for i, pair in enumerate(zip(sys.argv[6::2], sys.argv[7::2])):
    packet = ethernet + ipv6(*outer, *inner(*pair, int(port) + i))
    for _ in range(TIMES):
        wire.send(packet)
