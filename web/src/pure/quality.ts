// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// How good something is, in five words; the same everywhere.
export type Quality = 'good' | 'fair' | 'poor' | 'bad' | 'none'
export const BARS: Record<Quality, number> = { good: 4, fair: 3, poor: 2, bad: 1, none: 0 }

export function ofPercent(percent: number | undefined): Quality {
  if (percent === undefined) return 'none'
  return percent >= 75 ? 'good' : percent >= 50 ? 'fair' : percent >= 25 ? 'poor' : 'bad'
}
/** Babel's cost of one link: 256 without loss on radio, 96 on a cable. */
export function ofCost(cost: number | undefined): Quality {
  if (cost === undefined || cost >= 65535) return 'none'
  return cost <= 340 ? 'good' : cost <= 512 ? 'fair' : cost <= 1024 ? 'poor' : 'bad'
}
export function ofKbps(kbps: number | undefined): Quality {
  if (kbps === undefined) return 'none'
  return kbps >= 20000 ? 'good' : kbps >= 6000 ? 'fair' : kbps >= 1500 ? 'poor' : 'bad'
}
export function ofSignal(dbm: number): Quality {
  return dbm >= -65 ? 'good' : dbm >= -73 ? 'fair' : dbm >= -80 ? 'poor' : 'bad'
}
export function ofLoss(percent: number | undefined, delayMs?: number): Quality {
  if (percent === undefined) return 'none'
  if (percent >= 100) return 'bad'
  const byLoss: Quality = percent <= 2 ? 'good' : percent <= 8 ? 'fair' : percent <= 25 ? 'poor' : 'bad'
  return byLoss === 'good' && (delayMs ?? 0) > 150 ? 'fair' : byLoss
}
const HEALTH: Record<string, Quality> = { good: 'good', fair: 'fair', poor: 'poor', sick: 'bad' }
export function ofHealth(health: string | undefined): Quality {
  return HEALTH[health ?? ''] ?? 'none'
}
export function worst(all: Quality[]): Quality {
  const known = all.filter((each) => each !== 'none')
  return known.length ? known.reduce((a, b) => (BARS[a] <= BARS[b] ? a : b)) : 'none'
}
