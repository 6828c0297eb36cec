// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// From what somebody typed to the changes that the node is asked for.
import type { Setting } from '../api.ts'
export type Drafts = Record<string, string>

export function textOf(value: Setting['value']): string {
  if (Array.isArray(value)) return value.join(' ')
  if (typeof value === 'boolean') return value ? '1' : '0'
  return value === undefined ? '' : String(value)
}
/** Only what is different; a list is its words, one change each. */
export function changesOf(settings: Setting[], drafts: Drafts): string[] {
  return settings.flatMap((setting) => {
    const draft = drafts[setting.name]
    if (draft === undefined || draft.trim() === textOf(setting.value)) return []
    if (setting.type === 'secret' && draft === '') return []
    if (setting.type === 'list' && draft.trim()) return draft.trim().split(/\s+/).map((word) => `${setting.name}=${word}`)
    return [`${setting.name}=${setting.type === 'secret' ? draft : draft.trim()}`]
  })
}
