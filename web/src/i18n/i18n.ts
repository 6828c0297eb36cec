// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// The reader's language. A language is a folder here with two files: `ui.ts` (what every page says,
// loaded first) and `learn.ts` (explanations, loaded when somebody asks).
import type { Key, Words } from './en/ui.ts'
import type { Lessons } from './en/learn.ts'
import { kept, keep } from '../store.ts'
import { fill } from '../pure/text.ts'

export type { Key }
export const LANGUAGES = { en: 'English', es: 'Español', pt: 'Português', it: 'Italiano', ca: 'Català', fr: 'Français', de: 'Deutsch' }
export type Language = keyof typeof LANGUAGES

const ui = import.meta.glob<{ default: Words }>('./*/ui.ts')
const learn = import.meta.glob<{ default: Lessons }>('./*/learn.ts')

let words = {} as Words
export let language: Language = 'en'

/** The first language that the reader wants and the page has. */
export function choose(chosen: string | null, wanted: readonly string[]): Language {
  for (const each of [chosen ?? '', ...wanted]) {
    const short = each.toLowerCase().split(/[-_]/)[0]
    if (short in LANGUAGES) return short as Language
  }
  return 'en'
}

export async function loadLanguage(next: Language = choose(kept('language'), navigator.languages ?? [navigator.language])): Promise<void> {
  words = (await ui[`./${next}/ui.ts`]()).default
  language = next
  document.documentElement.lang = next
}
export async function changeLanguage(next: Language): Promise<void> {
  await loadLanguage(next)
  keep('language', next)
}
export async function lessons(): Promise<Lessons> {
  return (await learn[`./${language}/learn.ts`]()).default
}

export type Values = Record<string, string | number | undefined>
export function t(key: Key, values?: Values): string {
  return fill(words[key] ?? key, values, language)
}
/** The words for a key made at run time, or nothing: what a newer node says is shown as it said it. */
export function maybe(key: string, values?: Values): string | undefined {
  const text = (words as Record<string, string>)[key]
  return text === undefined ? undefined : fill(text, values, language)
}

/* ---- numbers and times ---- */
export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)
}
export function percent(value: number): string {
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(value / 100)
}
export function delay(ms: number): string {
  return number(ms, ms < 10 ? 1 : 0) + ' ms'
}
export function rate(kbps: number): string {
  return kbps < 1000 ? number(kbps) + ' kbit/s' : number(kbps / 1000, kbps < 10000 ? 1 : 0) + ' Mbit/s'
}
const STEPS: [number, Intl.RelativeTimeFormatUnit][] = [[86400, 'day'], [3600, 'hour'], [60, 'minute'], [1, 'second']]
function step(seconds: number): [number, Intl.RelativeTimeFormatUnit] {
  // Up to two of a unit are told in the smaller one: 90 seconds are not two minutes.
  const [size, unit] = STEPS.find(([size]) => seconds >= size * 2) ?? STEPS[3]
  return [Math.round(seconds / size), unit]
}
export function ago(seconds: number): string {
  const [n, unit] = step(Math.max(0, seconds))
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-n, unit)
}
export function span(seconds: number): string {
  const [n, unit] = step(Math.max(0, seconds))
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' } as Intl.NumberFormatOptions).format(n)
}
export function clock(at: number): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(at)
}
