// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import en from '../../src/i18n/en/ui.ts'
import enLessons, { type Lessons } from '../../src/i18n/en/learn.ts'
import { languages } from './all-languages.ts'

const holes = (text: string) => [...text.matchAll(/\{(\w+)/g)].map((match) => match[1]).sort()
const marks = (text: string) => [...text.matchAll(/\[\[(\w+)\|/g)].map((match) => match[1]).sort()
const unique = (list: string[]) => [...new Set(list)]

/** All texts of the lessons under a path each. */
function flat(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]]
  return Object.entries(value as object).flatMap(([key, inner]) => flat(inner, `${path}.${key}`))
}

test('every language folder is tested', () => {
  assert.deepEqual(Object.keys(languages).sort(), readdirSync('src/i18n').filter((name) => !name.includes('.')).sort())
})
for (const [code, { ui, learn }] of Object.entries(languages)) {
  test(`${code} has every text, with the same holes and explained words`, () => {
    assert.deepEqual(Object.keys(ui).sort(), Object.keys(en).sort())
    for (const [key, text] of Object.entries(en)) {
      const own = ui[key as keyof typeof en]
      assert.ok(own.trim(), `${code}: ${key} is empty`)
      assert.deepEqual(unique(holes(own)), unique(holes(text)), `${code}: ${key}`)
      assert.deepEqual(marks(own), marks(text), `${code}: ${key}`)
    }
  })
  test(`${code} has every lesson`, () => {
    const [mine, theirs] = [flat(learn), flat(enLessons)]
    assert.deepEqual(mine.map(([path]) => path).sort(), theirs.map(([path]) => path).sort())
    for (const [path, text] of mine) {
      assert.ok(text.trim(), `${code}: ${path}`)
      for (const term of marks(text)) assert.ok(learn.terms[term as keyof Lessons['terms']], `${code}: ${path} explains ${term}`)
      const known = unique(holes(theirs.find(([each]) => each === path)![1]))
      for (const hole of holes(text)) assert.ok(known.includes(hole), `${code}: ${path} has {${hole}}`)
    }
  })
  if (code !== 'en') {
    test(`${code} is a translation`, () => {
      const same = Object.entries(en).filter(([key, text]) => text.length > 24 && ui[key as keyof typeof en] === text)
      assert.deepEqual(same.map(([key]) => key), [])
    })
  }
}
