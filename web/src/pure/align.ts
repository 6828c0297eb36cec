// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// The one number to turn an antenna by.
import type { Links, Status } from '../api.ts'
import { neighbours } from './network.ts'
import { ofPercent, ofSignal, type Quality } from './quality.ts'

export interface Figure { value: number; unit: 'dBm' | '%' | 'Mbit/s'; quality: Quality; score: number } // score: 0 to 1

const clamp = (value: number) => Math.max(0, Math.min(1, value))

/** The signal where a radio tells one; else how many of the neighbour's messages arrive. */
export function figureOf(status: Status, links: Links | undefined, name: string): Figure | undefined {
  const self = status.node.name
  for (const link of links?.links ?? []) {
    if (link.kind !== 'wifi' || !link.ends.some((end) => end.name === name)) continue
    const own = link.ends.find((end) => end.name === self)
    if (own?.signal !== undefined) return { value: own.signal, unit: 'dBm', quality: ofSignal(own.signal), score: clamp((own.signal + 90) / 50) }
  }
  const one = neighbours(status).find((each) => each.name === name)
  if (!one) return undefined
  if (one.kbps !== undefined) return { value: Math.round(one.kbps / 1000), unit: 'Mbit/s', quality: one.quality, score: clamp(one.kbps / 100000) }
  const heard = status.babel?.neighbours?.find((each) => each.name === name)
  // Babel hears a Hello each few seconds: 256 is all of them, the double is every second one.
  const value = heard?.rxcost ? Math.round(Math.min(1, 256 / heard.rxcost) * 100) : one.percent
  if (value === undefined) return undefined
  return { value, unit: '%', quality: one.deaf ? 'bad' : ofPercent(value), score: value / 100 }
}
export function better(a: Figure, b: Figure): boolean {
  return a.unit === b.unit && a.value > b.value
}
