# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
import pytest
from labkit.topology import Quality, TopologyError, first_byte, parse

GOOD = """
# two clouds
cloud norte ssid=norte.example
	node n1 n2 n3
cloud sur
	node s1
	node s2 mac=02:ca:fe:00:99:01
	node s3 bare=yes
link n1 n2 rate=1.5mbit delay=2ms jitter=1ms loss=0.5%   # a bad one
link n2 s1
segment patio n2 n3 mesh=yes
segment plaza s1
client ana n1
client luz patio
internet n1 delay=1s
"""


def test_a_node_can_be_a_plain_debian() -> None:
    topology = parse("cloud norte\nnode n1\nnode d1 debian=yes\n", "t")
    assert topology.nodes["d1"].debian and not topology.nodes["n1"].debian


def test_clouds_and_nodes() -> None:
    topology = parse(GOOD, "t")
    assert topology.clouds["norte"].ssid == "norte.example"
    assert topology.clouds["sur"].ssid == "sur"
    assert topology.clouds["sur"].nodes == ["s1", "s2", "s3"]
    assert topology.nodes["s3"].bare and not topology.nodes["s1"].bare


def test_macs_tell_node_and_port() -> None:
    topology = parse(GOOD, "t")
    assert topology.nodes["n2"].mac == "02:ca:fe:00:02:01"
    assert topology.nodes["s2"].mac == "02:ca:fe:00:99:01"
    ports = {port.name: port for port in topology.nodes["n2"].ports}
    assert list(ports) == ["eth0", "lan0", "mesh0", "mesh1", "lan1"]
    assert ports["mesh1"].mac == "02:ca:fe:00:02:11"
    assert ports["mesh1"].mtu == 1560
    macs = [port.mac for node in topology.nodes.values() for port in node.ports]
    macs += [client.mac for client in topology.clients.values()]
    assert len(set(macs)) == len(macs)


def test_protocols_follow_the_cable() -> None:
    topology = parse(GOOD, "t")
    ports = {port.name: port.protocols for port in topology.nodes["n2"].ports}
    assert ports["eth0"] == ["manual"]
    assert ports["lan0"] == ["lan"]
    assert ports["lan1"] == ["lan", "batadv:%N1", "babeld:17"]
    assert {p.name: p.protocols for p in topology.nodes["n1"].ports}["wan0"] == ["wan"]
    assert {p.name: p.protocols for p in topology.nodes["s1"].ports}["lan1"] == ["lan"]


def test_cables() -> None:
    topology = parse(GOOD, "t")
    first, second = topology.links
    assert (first.a, first.b) == (("n1", "mesh0"), ("n2", "mesh0"))
    assert first.quality == Quality(1500, 2, 1, 0.5)
    assert second.quality == Quality()
    assert topology.uplinks["n1"].quality.delay_ms == 1000
    assert topology.segments["patio"].members == [("n2", "lan1"), ("n3", "lan1")]
    assert topology.clients["luz"].at == "patio"


WRONG = [
    ("router n1", "unknown word 'router'"),
    ("node n1", "a node needs a cloud"),
    ("cloud a\ncloud a", "there is already a cloud a"),
    ("cloud a b", "name exactly one"),
    ("cloud a\nnode", "name at least one node"),
    ("cloud a\nnode x x", "the name x is taken"),
    ("cloud a\nnode lab", "the name lab is taken"),
    ("cloud a\nnode Uno", "'Uno' is no name"),
    ("cloud a\nnode averylongname", "is no name"),
    ("cloud a\nnode x y mac=02:00:00:00:00:01", "name one node"),
    ("cloud a\nnode x mac=02:00", "'02:00' is not a MAC address"),
    ("cloud a\nnode x bare=maybe", "neither yes nor no"),
    ("cloud a\nnode x\nlink x x", "a link joins two nodes"),
    ("cloud a\nnode x\nlink x y", "there is no node y"),
    ("cloud a\nnode x y\nlink x y speed=9", "unknown option 'speed'"),
    ("cloud a\nnode x y\nlink x y rate=9", "'9' is not a rate"),
    ("cloud a\nnode x y\nlink x y delay=9", "'9' is not a time"),
    ("cloud a\nnode x y\nlink x y loss=101", "'101' is not a loss"),
    ("cloud a\nnode x\nclient c y", "there is no node or segment y"),
    ("cloud a\nnode x\nclient c", "a client has a name and a place"),
    ("cloud a\nnode x\ninternet x\ninternet x", "x has the Internet already"),
    ("segment", "a segment needs a name"),
]


@pytest.mark.parametrize("text, says", WRONG)
def test_wrong_files_name_the_line(text: str, says: str) -> None:
    with pytest.raises(TopologyError) as caught:
        parse(text, "dir/topology")
    line = len(text.splitlines())
    assert f"dir/topology:{line}: " in str(caught.value)
    assert says in str(caught.value)


def test_all_mistakes_are_told() -> None:
    with pytest.raises(TopologyError) as caught:
        parse("cloud a\nnode X\nlink a b\n", "t")
    assert [line.split(": ")[0] for line in str(caught.value).splitlines()] == ["t:2", "t:3"]


def test_ssids_of_one_vlan_are_refused() -> None:
    """Two SSIDs whose hashes begin alike would share a batman-adv VLAN."""
    wanted = first_byte("c0")
    other = next(f"c{n}" for n in range(1, 5000) if first_byte(f"c{n}") == wanted)
    with pytest.raises(TopologyError, match="the same VLAN"):
        parse(f"cloud c0\ncloud {other}\n", "t")
