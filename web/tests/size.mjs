// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// What a phone loads, compressed: at first (the document, what it names, one language), and each page on top.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

const FIRST = 60 * 1024 // the promise
const AIM = 34 * 1024 // what it is; more has to be wanted
const ALL = 300 * 1024 // on the flash, all languages together
const www = fileURLToPath(new URL('../../build-web/www', import.meta.url))
const size = (name) => statSync(join(www, name + '.gz')).size
const assets = readdirSync(join(www, 'assets')).filter((name) => !name.endsWith('.gz'))

const index = readFileSync(join(www, 'index.html'), 'utf8')
const named = [...index.matchAll(/"\.\/(assets\/[^"]+)"/g)].map((match) => match[1])
const languages = assets.filter((name) => /^ui-/.test(name)).map((name) => size('assets/' + name))
const first = size('index.html') + named.reduce((sum, name) => sum + size(name), 0) + Math.max(...languages)
const all = assets.reduce((sum, name) => sum + size('assets/' + name), 0) + size('index.html')
const kb = (bytes) => (bytes / 1024).toFixed(1) + ' KB'

console.log(`first load ${kb(first)} compressed (promised: ${kb(FIRST)}); everything in ${languages.length} languages ${kb(all)}`)
for (const name of assets.filter((each) => each.endsWith('.js') && !/^(ui|learn)-/.test(each))) console.log(`  ${name.replace(/-[\w-]{8}\.js$/, '').padEnd(12)} ${kb(size('assets/' + name))}`)
if (named.length < 2 || !languages.length) throw new Error('the document names nothing: has the build changed?')
if (first > AIM) throw new Error(`the first load is ${kb(first)}, more than ${kb(AIM)}: what made it grow?`)
if (all > ALL) throw new Error(`all together ${kb(all)}, more than ${kb(ALL)}`)
