# SPDX-License-Identifier: AGPL-3.0-or-later
# SPDX-FileCopyrightText: weft contributors
from labkit.config import lime_community, lime_node
from labkit.topology import parse

TOPOLOGY = parse("cloud norte\nnode n1 n2\nlink n1 n2\ninternet n1\n", "t")


def test_community_has_the_clouds_ssid() -> None:
    text = lime_community(TOPOLOGY.clouds["norte"], "config lime 'network'\n\toption x 'y'\n")
    assert text.startswith("config lime 'network'\n")
    assert text.endswith("config lime 'wifi'\n\toption ap_ssid 'norte'\n")


def test_what_the_scenario_says_wins() -> None:
    own = "config lime 'wifi'\n\toption ap_ssid 'other'\n"
    assert lime_community(TOPOLOGY.clouds["norte"], own) == own
    own = "config lime system\n\toption hostname 'x'\nconfig net 'm'\n\toption linux_name 'mesh0'\n"
    text = lime_node(TOPOLOGY.nodes["n1"], own)
    assert text.count("hostname") == 1
    assert text.count("'mesh0'") == 1


def test_node_has_a_section_for_each_port() -> None:
    text = lime_node(TOPOLOGY.nodes["n1"], "")
    assert "option hostname 'n1'" in text
    section = "config net 'lab_mesh0'\n\toption linux_name 'mesh0'\n"
    assert section + "\tlist protocols 'batadv:%N1'\n\tlist protocols 'babeld:17'\n" in text
    assert "option linux_name 'wan0'\n\tlist protocols 'wan'\n" in text
    assert "lab_wan0" not in lime_node(TOPOLOGY.nodes["n2"], "")
