# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
import struct

import pytest
from labkit.box import read_pings
from labkit.frames import read_pcap

HEAD = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
ETHERNET = bytes.fromhex("ffffffffffff 02cafe000101")


def record(raw: bytes) -> bytes:
    return struct.pack("<IIII", 100, 500000, len(raw), len(raw)) + raw


def test_frames_and_their_tags() -> None:
    plain = ETHERNET + bytes.fromhex("0800 01020304")
    tagged = ETHERNET + bytes.fromhex("88a8 0065 8100 0007 4305 0a0b")
    first, second = read_pcap(HEAD + record(plain) + record(tagged))
    assert (first.kind, first.vlans, first.payload) == (0x0800, [], b"\1\2\3\4")
    assert (second.kind, second.vlans, second.payload) == (0x4305, [101, 7], b"\n\v")
    assert first.source == "02:ca:fe:00:01:01" and first.is_multicast
    assert first.time == 100.5


def test_cut_off_captures() -> None:
    whole = HEAD + record(ETHERNET + b"\x08\x00rest")
    assert read_pcap(whole[:-1]) == []
    assert read_pcap(HEAD[:10]) == []


def test_not_ethernet() -> None:
    with pytest.raises(ValueError, match="one interface"):
        read_pcap(HEAD[:20] + struct.pack("<I", 276))


PINGS = """PING 10.0.0.1 (10.0.0.1) 56(84) bytes of data.
[100.000000] 64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.1 ms
[100.020000] 64 bytes from 10.0.0.1: icmp_seq=2 ttl=64 time=0.1 ms
[100.021000] 64 bytes from 10.0.0.1: icmp_seq=2 ttl=64 time=1.1 ms (DUP!)
[100.320000] 64 bytes from 10.0.0.1: icmp_seq=5 ttl=64 time=0.1 ms

--- 10.0.0.1 ping statistics ---
5 packets transmitted, 3 received, +1 duplicates, 40% packet loss, time 800ms
"""


def test_pings() -> None:
    pings = read_pings(PINGS)
    assert (pings.sent, pings.received, pings.duplicates) == (5, 3, 1)
    assert pings.loss == pytest.approx(40)
    assert pings.max_gap == pytest.approx(0.3)
    assert read_pings("").loss == 100
