// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// The names and figures of the reader's own packet.
import type { Gateways, Hop, Status, Story } from '../api.ts'
import { bare, nameOf, neighbours, wayOut } from './network.ts'

export interface Tale {
  phone: string; ip: string; node: string; cloud: string; n: number; id: string; vlan: string; babel_vlan: string
  anycast: string; anycast_mac: string; next: string; port: string; cost: string; gateway: string; other: string; hops: number; network: string
  path: string[]; cloudNodes: string[]; works: boolean
}

/** 10.211.2.1/16 is in 10.211.0.0/16, whose first address is everybody's gateway. */
export function anycastOf(ipv4: string | undefined): string | undefined {
  const [address, size] = (ipv4 ?? '').split('/')
  const bytes = address.split('.').map(Number)
  const prefix = Number(size)
  if (bytes.length !== 4 || !(prefix >= 8 && prefix <= 30)) return undefined
  const value = bytes.reduce((a, b) => a * 256 + b, 0)
  const host = 2 ** (32 - prefix)
  const first = Math.floor(value / host) * host + 1
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')
}

/** `mesh0_227` is a VLAN of its own on `mesh0`. */
export function vlanOf(port: string | undefined): string | undefined {
  return /[_.](\d+)$/.exec(port ?? '')?.[1]
}

export function tale(status: Status, hops: Hop[], story?: Story, gateways?: Gateways): Tale {
  const client = story?.client ?? status.clients?.find((each) => each.mac === gateways?.asker?.client) ?? status.clients?.[0]
  const cloud = status.clouds?.[0]
  const near = cloud?.nodes?.filter((each) => each.neighbour) ?? []
  const named = neighbours(status)
  const others = (cloud?.nodes ?? []).map((each) => (each.name ? each.name : named.find((one) => one.cloud && one.port && each.port?.startsWith(one.port))?.name ?? nameOf(each)))
  const way = wayOut(status)
  const path = hops.filter((hop) => hop.kind !== 'internet' && hop.name).map((hop) => hop.name!)
  const next = story?.babel?.next
  return {
    phone: client?.name ?? '', ip: client?.ipv4 ?? '', node: status.node.name ?? '?',
    cloud: story?.cloud?.network_name ?? cloud?.ssid ?? '?', network: bare(status.node.ipv4) ?? '', n: (cloud?.nodes?.length ?? 0) + 1,
    id: story?.cloud?.network_id ?? cloud?.network_id ?? '', vlan: String(story?.cloud?.vlan ?? vlanOf(near[0]?.port) ?? '?'),
    babel_vlan: String(story?.babel?.vlan ?? vlanOf(status.babel?.neighbours?.[0]?.port) ?? 17),
    anycast: bare(story?.anycast?.ipv4) ?? anycastOf(status.node.ipv4) ?? '', anycast_mac: story?.anycast?.mac ?? '',
    next: next?.name ?? path[1] ?? '', port: next?.port ?? way?.port ?? '', cost: String(next?.cost ?? way?.cost ?? ''),
    gateway: path[path.length - 1] ?? '', other: others[0] ?? '', hops: Math.max(0, path.length - 1), path, cloudNodes: others,
    works: hops.some((hop) => hop.kind === 'internet'),
  }
}
