// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
import type { StepName, Topic } from '../i18n/en/learn.ts'

/** Commands are the same in every language. */
export const COMMANDS: Record<Topic, string[]> = {
  home: ['weft status', 'ip route show default', 'ip -6 route show default'],
  nodes: ['weft status', 'weft state nodes'],
  map: ['weft status --json', 'batctl neighbors', 'weft plan'],
  align: ['batctl neighbors', 'iw dev', 'iw dev wlan0-mesh station dump'],
  links: ['batctl originators', 'weft status --json'],
  names: ['weft status', 'cat /tmp/dhcp.leases', 'nslookup NAME'],
  gateways: ['weft gateway', 'weft gateway use NAME', 'ip rule', 'nft list ruleset'],
  settings: ['weft config check', 'weft config explain wifi.ap_ssid', 'weft plan', 'weft set --preview name=NAME'],
  first: ['cat /etc/config/lime-community', 'cat /etc/config/lime-node', 'weft config check'],
  help: ['weft status', 'weft plan', 'ip link', 'nft list ruleset'],
}
export const STEP_COMMANDS: Record<StepName, string[]> = {
  join: ['ip neigh show to {ip}', 'bridge fdb show br br-lan'],
  gateway: ['ip addr show anygw', 'ip addr show br-lan'],
  rule: ['nft list table bridge weft'],
  cloud: ['batctl originators', 'ip link show bat0'],
  babel: ['ip route get 198.51.100.10', 'weft status'],
  exit: ['weft gateway', 'ip route show default'],
  walk: ['batctl transglobal', 'bridge monitor fdb'],
}
