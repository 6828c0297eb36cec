// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// Filling words into sentences. `{name}` is replaced; `{n#node|nodes}` takes the word that fits n.
export function fill(text: string, values: Record<string, string | number | undefined> = {}, language = 'en'): string {
  return text.replace(/\{(\w+)(?:#([^|}]*)\|([^}]*))?\}/g, (_, name: string, one?: string, other?: string) => {
    const value = values[name]
    if (one === undefined || other === undefined) return value === undefined ? '' : String(value)
    return new Intl.PluralRules(language).select(Number(value)) === 'one' ? one : other
  })
}

export type Piece = { text: string; term?: string; code?: true }
/** Takes apart a text in which `[[term|shown]]` is a word that is explained on a tap, and `code` is what it looks like. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = []
  let last = 0
  for (const match of text.matchAll(/\[\[(\w+)\|([^\]]+)\]\]|`([^`]+)`/g)) {
    if (match.index > last) found.push({ text: text.slice(last, match.index) })
    found.push(match[3] ? { text: match[3], code: true } : { text: match[2], term: match[1] })
    last = match.index + match[0].length
  }
  if (last < text.length) found.push({ text: text.slice(last) })
  return found
}

/** For searching: without capitals and accents. */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{Diacritic}/gu, '').toLowerCase()
}
