// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// What follows from a node's status: its neighbours, its way out, what is wrong.
import type { BabelNeighbour, CloudNode, Finding, Gateways, Hop, Path, Status } from '../api.ts'
import { ofCost, ofKbps, ofPercent, worst, type Quality } from './quality.ts'

export interface Neighbour { name: string; quality: Quality; percent?: number; kbps?: number; cost?: number; cloud: boolean; deaf?: boolean; port?: string }

export function bare(address: string | undefined): string | undefined {
  return address?.split('/')[0]
}
export function nameOf(node: { name?: string; ipv4?: string; address?: string; mac?: string; via?: string }): string {
  return node.name ?? bare(node.ipv4) ?? node.address ?? node.mac ?? node.via ?? '?'
}

/** A port of the mesh without its VLAN: `mesh0_17` and `mesh0_227` are one cable. */
export function portOf(port: string | undefined): string | undefined {
  return port?.replace(/[_.]\d+$/, '')
}

function ofCloudNode(node: CloudNode): Neighbour {
  const quality = node.kbps === undefined ? ofPercent(node.quality_percent) : ofKbps(node.kbps)
  return { name: nameOf(node), quality, percent: node.quality_percent, kbps: node.kbps, cloud: true, port: portOf(node.port) }
}
function ofBabel(each: BabelNeighbour): Neighbour {
  const deaf = each.reachable === false
  return { name: nameOf(each), quality: deaf ? 'bad' : ofCost(each.cost), cost: each.cost, cloud: false, deaf, port: portOf(each.port) }
}

/** Who is heard directly: one entry a node, whichever protocols it speaks, the best first. */
export function neighbours(status: Status): Neighbour[] {
  const found = new Map<string, Neighbour>()
  const byPort = new Map<string, Neighbour>()
  for (const each of status.babel?.neighbours ?? []) {
    const one = ofBabel(each)
    const before = found.get(one.name)
    if (!before || (before.cost ?? 1e9) > (one.cost ?? 1e9)) found.set(one.name, one)
    if (one.port) byPort.set(one.port, one)
  }
  for (const node of (status.clouds ?? []).flatMap((cloud) => cloud.nodes ?? [])) {
    if (!node.neighbour) continue
    const one = ofCloudNode(node)
    // A node that has not told its name yet is the one that Babel names on the same cable.
    const same = found.get(one.name) ?? (node.name ? undefined : byPort.get(one.port ?? ''))
    if (same) Object.assign(same, { cloud: true, percent: one.percent, kbps: one.kbps, quality: same.deaf ? 'bad' : worst([same.quality, one.quality]) })
    else found.set(one.name, one)
  }
  const rank: Quality[] = ['good', 'fair', 'poor', 'bad', 'none']
  return [...found.values()].sort((a, b) => rank.indexOf(a.quality) - rank.indexOf(b.quality) || a.name.localeCompare(b.name))
}

export function wayOut(status: Status, family = 4) {
  return status.internet?.find((way) => way.family === family)
}

/** The way to the Internet: as it was measured, else as far as the node itself knows it. */
export function hops(status: Status, path?: Path, gateways?: Gateways): { hops: Hop[]; measured: boolean; works: boolean } {
  if (path?.measured && path.hops.length) return { hops: path.hops, measured: true, works: path.by !== 'none' && path.complete !== false }
  const own: Hop = { n: 0, name: status.node.name, address: bare(status.node.ipv4), kind: 'self' }
  const way = wayOut(status) ?? wayOut(status, 6)
  if (!way || way.by === 'none') return { hops: [own], measured: false, works: false }
  const list = [own]
  if (way.by === 'another node') list.push({ n: 1, name: nameOf(way), address: way.via, kind: 'node', port: way.port })
  const used = gateways?.node?.gateway ?? gateways?.gateways.find((each) => each.used?.length)?.name
  if (used && !list.some((hop) => hop.name === used)) list.push({ n: 2, name: used, kind: 'gateway' })
  else if (used) list[list.length - 1].kind = list.length > 1 ? 'gateway' : 'self'
  list.push({ n: list.length, kind: 'internet' })
  return { hops: list, measured: false, works: true }
}

/** What is wrong, the worst first, from the status alone: for nodes that do not say it themselves. */
export function findings(status: Status): Finding[] {
  const found: Finding[] = []
  const add = (kind: string, severity: Finding['severity'], more: object = {}) => found.push({ kind, severity, text: '', ...more })
  const configuration = status.configuration
  if (configuration?.state === 'none') add('first_start', 'warning')
  if (configuration?.refused?.length) add('configuration_refused', 'wrong', { text: configuration.refused[0] })
  else if (configuration?.state === 'last good') add('configuration_last_good', 'wrong')
  if (configuration?.failure?.length) add('apply_failed', 'wrong', { text: configuration.failure[0] })
  for (const program of status.programs ?? []) {
    if (program.state !== 'running' && program.state !== 'stopping') add('program_failed', 'wrong', { name: program.name })
  }
  for (const uplink of status.uplinks ?? []) {
    if (uplink.carrier === false) add('uplink_unplugged', 'wrong', { port: uplink.interface })
  }
  const ways = status.internet ?? []
  if (ways.length && ways.every((way) => way.by === 'none')) add('no_internet', 'wrong')
  if (status.babel && !status.babel.neighbours?.length && !neighbours(status).length) add('no_neighbour', 'warning')
  for (const one of neighbours(status)) {
    // A node that has just started has not heard enough to judge.
    if ((one.deaf || one.quality === 'bad') && (status.node.uptime_s ?? 999) > 90) add('link_poor', 'warning', { name: one.name })
  }
  if (!found.length) for (const text of status.problems) add('other', 'warning', { text })
  return found
}
