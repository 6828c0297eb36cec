// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// A report from what everybody may see, for nodes that make none themselves.
import type { Status } from '../api.ts'
import { neighbours } from './network.ts'

export function plainReport(status: Status): string {
  const lines = [`weft ${status.node.version ?? '?'} on ${status.node.name ?? '?'}, running for ${status.node.uptime_s ?? '?'} s`]
  lines.push(`addresses: ${status.node.ipv4 ?? '-'} ${status.node.ipv6 ?? '-'}, ${status.node.mac ?? '-'}`)
  for (const problem of status.problems) lines.push(`! ${problem}`)
  for (const cloud of status.clouds ?? []) lines.push(`cloud ${cloud.ssid} (${cloud.network_id}): ${cloud.nodes?.length ?? 0} other nodes, ${cloud.clients ?? 0} clients`)
  for (const one of neighbours(status)) lines.push(`neighbour ${one.name}: ${one.quality}${one.percent === undefined ? '' : `, ${one.percent} %`}${one.cost === undefined ? '' : `, cost ${one.cost}`}`)
  for (const way of status.internet ?? []) lines.push(`IPv${way.family}: ${way.by}${way.name ? ' ' + way.name : ''}${way.why?.length ? ` (${way.why.join('; ')})` : ''}`)
  for (const program of status.programs ?? []) lines.push(`program ${program.name}: ${program.state}, restarted ${program.restarts ?? 0} times`)
  return lines.join('\n') + '\n'
}
