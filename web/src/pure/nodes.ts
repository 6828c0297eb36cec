// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// The nodes of a network: their order, and which of them a status alone can tell.
import type { Link, MeshNode, Status } from '../api.ts'
import { bare, nameOf, neighbours } from './network.ts'
import { ofCost, ofKbps, ofPercent, ofSignal, type Quality } from './quality.ts'

export function ordered(nodes: MeshNode[]): MeshNode[] {
  const rank = (node: MeshNode) => (node.self ? 0 : node.state === 'alive' ? 1 : 2)
  return [...nodes].filter((node) => node.state !== 'forgotten').sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, undefined, { numeric: true }))
}

/** Of a node that does not know the whole network: itself, its cloud, its neighbours. */
export function fromStatus(status: Status): MeshNode[] {
  const own: MeshNode = { id: status.node.name ?? 'self', name: status.node.name ?? '?', self: true, state: 'alive', ipv4: bare(status.node.ipv4), domain: status.clouds?.[0]?.ssid }
  const found = new Map<string, MeshNode>([[own.id, own]])
  for (const cloud of status.clouds ?? []) {
    for (const node of cloud.nodes ?? []) {
      const name = nameOf(node)
      found.set(name, { id: name, name, state: 'alive', ipv4: node.ipv4, macs: node.mac ? [node.mac] : [], domain: cloud.ssid })
    }
  }
  for (const one of neighbours(status)) if (!found.has(one.name)) found.set(one.name, { id: one.name, name: one.name, state: 'alive' })
  return [...found.values()]
}

export function byName(nodes: MeshNode[], wanted: string): MeshNode | undefined {
  return nodes.find((node) => node.id === wanted) ?? nodes.find((node) => node.name === wanted)
}

export interface MapLink { a: string; b: string; quality: Quality; percent?: number; kinds: string[]; down: boolean }

function qualityOf(link: Link): Quality {
  const signal = link.ends.map((end) => end.signal).filter((each): each is number => each !== undefined)
  if (link.quality !== undefined) return ofPercent(link.quality)
  if (signal.length) return ofSignal(Math.min(...signal))
  const kbps = link.ends.map((end) => end.kbps).filter((each): each is number => each !== undefined)
  if (kbps.length) return ofKbps(Math.min(...kbps))
  const costs = link.ends.map((end) => end.cost).filter((each): each is number => each !== undefined)
  return ofCost(costs.length ? Math.max(...costs) : undefined)
}

/** One line between two nodes, whatever runs over it. */
export function mapLinks(links: Link[]): MapLink[] {
  const found = new Map<string, MapLink>()
  for (const link of links) {
    const [a, b] = link.ends.map((end) => end.node ?? end.name ?? end.address ?? '').sort()
    if (!a || !b || a === b) continue
    const before = found.get(a + '|' + b)
    const quality = qualityOf(link)
    const rank: Quality[] = ['none', 'bad', 'poor', 'fair', 'good']
    if (!before) found.set(a + '|' + b, { a, b, quality, percent: link.quality, kinds: [link.kind], down: link.reference === 'down' })
    else {
      // Of several cables or radios between two nodes the best one counts.
      if (rank.indexOf(quality) > rank.indexOf(before.quality)) Object.assign(before, { quality, percent: link.quality })
      if (!before.kinds.includes(link.kind)) before.kinds.push(link.kind)
      before.down &&= link.reference === 'down'
    }
  }
  return [...found.values()]
}
export function linksFromStatus(status: Status): MapLink[] {
  const own = status.node.name ?? 'self'
  return neighbours(status).map((one) => ({ a: own, b: one.name, quality: one.quality, percent: one.percent, kinds: [], down: false }))
}
