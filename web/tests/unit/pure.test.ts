// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Link, Status } from '../../src/api.ts'
import { CallError, readAnswer } from '../../src/api.ts'
import { readHash, to } from '../../src/router.ts'
import { figureOf } from '../../src/pure/align.ts'
import { nameProblem, passwordProblem, slug } from '../../src/pure/first.ts'
import { layout, SIZE } from '../../src/pure/map.ts'
import { findings, hops, neighbours } from '../../src/pure/network.ts'
import { mapLinks, ordered } from '../../src/pure/nodes.ts'
import { linePath, thin } from '../../src/pure/plot.ts'
import { qr } from '../../src/pure/qr.ts'
import { ofLoss, worst } from '../../src/pure/quality.ts'
import { changesOf } from '../../src/pure/settings.ts'
import { anycastOf, tale, vlanOf } from '../../src/pure/story.ts'
import { fill, pieces, plain } from '../../src/pure/text.ts'
import { nonceOf } from '../../src/session.ts'
import n2 from '../fixtures/status-n2.json'

const status = n2 as unknown as Status
const without = (more: Partial<Status>): Status => ({ ...status, ...more })

test('a sentence is filled in, with the word that fits the number', () => {
  assert.equal(fill('{n} {n#node|nodes} of {cloud}', { n: 1, cloud: 'norte' }), '1 node of norte')
  assert.equal(fill('{n} {n#node|nodes}', { n: 0 }, 'en'), '0 nodes')
  assert.equal(fill('{n} {n#nœud|nœuds}', { n: 0 }, 'fr'), '0 nœud')
  assert.equal(fill('no {such} thing'), 'no  thing')
})
test('what a neighbour typed stays text, also inside of a sentence', () => {
  const evil = '<img src=x onerror=alert(1)> [[cloud|x]] {n}'
  assert.equal(fill('hello {name}', { name: evil, n: 3 }), 'hello ' + evil)
})
test('explained words and code are taken out of a text', () => {
  assert.deepEqual(pieces('a [[cloud|big cloud]] and `ip route`.'), [
    { text: 'a ' }, { text: 'big cloud', term: 'cloud' }, { text: ' and ' }, { text: 'ip route', code: true }, { text: '.' },
  ])
  assert.deepEqual(pieces(''), [])
})
test('searching ignores accents and capitals', () => assert.equal(plain('Técho ÑANDÚ'), 'techo nandu'))

test('addresses of pages survive odd names', () => {
  const place = readHash(to('node', 'a/b ü?#'))
  assert.equal(place.page, 'node')
  assert.deepEqual(place.args, ['a/b ü?#'])
  assert.equal(readHash('').page, 'home')
  assert.deepEqual(readHash('#/first/join?invite=weft%3A%2F%2Fx').query.get('invite'), 'weft://x')
  assert.deepEqual(readHash('#/node/%zz').args, ['%zz'])
})

test('a node that is heard by two protocols is one neighbour, under its name', () => {
  const near = neighbours(status)
  assert.deepEqual(near.map((one) => one.name).sort(), ['n1', 'n3', 's1'])
  assert.deepEqual(near.filter((one) => one.cloud).map((one) => one.name).sort(), ['n1', 'n3'])
})
test('one who does not hear us is bad, however well we hear it', () => {
  const deaf = without({ node: { name: 'n2', uptime_s: 500 }, babel: { neighbours: [{ name: 'x', address: 'fe80::1', reachable: false, cost: 65535 }] }, clouds: [] })
  assert.equal(neighbours(deaf)[0].quality, 'bad')
  assert.ok(findings(deaf).some((each) => each.kind === 'link_poor' && each.name === 'x'))
})
test('nothing is wrong with a healthy node, and a lost way out is said first', () => {
  assert.deepEqual(findings(status), [])
  const cut = without({ internet: [{ family: 4, by: 'none' }, { family: 6, by: 'none' }] })
  assert.equal(findings(cut)[0].kind, 'no_internet')
  const dead = without({ programs: [{ name: 'babeld', state: 'waiting' }] })
  assert.deepEqual(findings(dead).map((each) => [each.kind, each.name]), [['program_failed', 'babeld']])
  assert.deepEqual(findings(without({ problems: ['odd'] })).map((each) => each.text), ['odd'])
})
test('the way out is what was measured, else what the node knows', () => {
  const known = hops(status)
  assert.deepEqual(known.hops.map((hop) => hop.kind), ['self', 'node', 'internet'])
  assert.equal(known.works, true)
  assert.equal(hops(without({ internet: [] })).works, false)
  const self = [{ n: 0, kind: 'self' as const }]
  assert.equal(hops(status, { family: 4, by: 'none', measured: true, hops: self }).works, false)
  // What is not measured yet says nothing of where the way ends.
  assert.deepEqual(hops(status, { family: 4, by: 'another node', measured: false, complete: false, hops: self }), known)
})

test('the map keeps places in proportion, and is the same each time', () => {
  const nodes = [{ id: 'a', latitude: '-31.80', longitude: '-64.40' }, { id: 'b', latitude: '-31.80', longitude: '-64.38' }, { id: 'c', latitude: '-31.82', longitude: '-64.40' }, { id: 'd' }]
  const spots = layout(nodes, [{ a: 'a', b: 'd' }])
  assert.deepEqual(spots, layout(nodes, [{ a: 'a', b: 'd' }]))
  const [a, b, c, d] = spots
  assert.ok(b.x > a.x && Math.abs(b.y - a.y) < 1, 'east is right')
  assert.ok(c.y > a.y && Math.abs(c.x - a.x) < 1, 'south is below')
  assert.equal(d.placed, false)
  for (const spot of spots) assert.ok(spot.x >= 0 && spot.x <= SIZE && spot.y >= 0 && spot.y <= SIZE)
})
test('the map takes no nonsense for a place, and one node alone is in the middle', () => {
  assert.equal(layout([{ id: 'a', latitude: 'NaN', longitude: '1e999' }], [])[0].placed, false)
  assert.deepEqual(layout([{ id: 'a' }], [])[0], { id: 'a', x: SIZE / 2, y: SIZE / 2, placed: false })
  assert.deepEqual(layout([], []), [])
})
test('the map of five hundred nodes without places is drawn within a second or so', () => {
  const nodes = Array.from({ length: 500 }, (_, i) => ({ id: String(i) }))
  const start = Date.now()
  const spots = layout(nodes, nodes.slice(1).map((node, i) => ({ a: node.id, b: String(i >> 1) })))
  console.log(`500 nodes: ${Date.now() - start} ms`)
  assert.ok(spots.every((spot) => Number.isFinite(spot.x) && Number.isFinite(spot.y)))
})
test('several links between two nodes are one line, as good as the best', () => {
  const link = (kind: Link['kind'], quality: number): Link => ({ kind, key: kind, quality, ends: [{ node: 'b' }, { node: 'a' }] })
  const [line, ...rest] = mapLinks([link('babel', 30), link('batman', 90), { kind: 'wifi', key: 'x', ends: [{ node: 'a' }] }])
  assert.deepEqual(rest, [])
  assert.deepEqual([line.a, line.b, line.quality, line.kinds], ['a', 'b', 'good', ['babel', 'batman']])
})
test('this node comes first, the gone last, the forgotten not at all', () => {
  const node = (name: string, state: 'alive' | 'gone' | 'forgotten', self = false) => ({ id: name, name, state, self })
  assert.deepEqual(ordered([node('z', 'gone'), node('n10', 'alive'), node('n2', 'alive'), node('me', 'alive', true), node('x', 'forgotten')]).map((each) => each.name), ['me', 'n2', 'n10', 'z'])
})

test('a plot has gaps, and keeps the worst when it is thinned', () => {
  assert.equal(linePath([100, 0, null, 50], 30, 10, 100), 'M0.0 0.0L10.0 10.0M30.0 5.0h.1')
  assert.deepEqual(thin([9, 3, 7, 8, null, 5], 3), [3, 7, null])
  assert.equal(linePath([], 30, 10, 100), '')
})
test('the number to align by is the signal, else what arrives', () => {
  assert.deepEqual(figureOf(status, undefined, 'n1'), { value: 100, unit: '%', quality: 'good', score: 1 })
  const links = { links: [{ kind: 'wifi' as const, key: 'k', ends: [{ name: 'n2', signal: -70 }, { name: 'n1', signal: -50 }] }] }
  assert.equal(figureOf(status, links, 'n1')?.value, -70)
  assert.equal(figureOf(status, undefined, 'nobody'), undefined)
})
test('loss counts more than delay, the unknown is not good', () => {
  assert.equal(ofLoss(0, 20), 'good')
  assert.equal(ofLoss(0, 400), 'fair')
  assert.equal(ofLoss(100), 'bad')
  assert.equal(ofLoss(undefined, 5), 'none')
  assert.equal(worst(['good', 'none', 'poor']), 'poor')
})

test('only what is different is asked of the node; a list is one change a word', () => {
  const settings = [
    { name: 'name', option: 'system.hostname', group: 'node', type: 'text' as const, value: 'casa' },
    { name: 'channel_5ghz', option: 'x', group: 'radio', type: 'list' as const, value: ['36', '40'] },
    { name: 'wifi_password', option: 'y', group: 'wifi', type: 'secret' as const, set: true },
  ]
  assert.deepEqual(changesOf(settings, { name: ' casa ', channel_5ghz: '36 40', wifi_password: '' }), [])
  assert.deepEqual(changesOf(settings, { name: 'roof', channel_5ghz: '36 44', wifi_password: ' secret= ' }), ['name=roof', 'channel_5ghz=36', 'channel_5ghz=44', 'wifi_password= secret= '])
  assert.deepEqual(changesOf(settings, { channel_5ghz: '' }), ['channel_5ghz='])
})
test('names and passwords are judged as the node does', () => {
  assert.equal(slug('Técho de Ana!'), 'Techo-de-Ana-')
  assert.equal(nameProblem('techo-'), true)
  assert.equal(nameProblem('techo-2'), false)
  assert.equal(passwordProblem('123456789'), true)
  assert.equal(passwordProblem('ñandúes99'), false) // counted in bytes
})

test('the shared gateway is the first address of the range', () => {
  assert.equal(anycastOf('10.211.2.1/16'), '10.211.0.1')
  assert.equal(anycastOf('10.13.170.187/21'), '10.13.168.1')
  assert.equal(anycastOf(undefined), undefined)
  assert.equal(vlanOf('mesh0_227'), '227')
})
test('the story has the real names of this network', () => {
  const one = tale(status, hops(status).hops)
  assert.deepEqual([one.phone, one.node, one.cloud, one.n, one.vlan, one.babel_vlan, one.anycast, one.next], ['beto', 'n2', 'norte.example', 3, '227', '17', '10.211.0.1', 'n1'])
})

test('why a call failed is told apart', () => {
  const why = (code: number) => {
    try {
      readAnswer({ error: { code, message: 'm', data: { retry_s: 7 } } })
    } catch (error) {
      return (error as CallError).failure
    }
  }
  assert.deepEqual(why(-32601), { why: 'missing' })
  assert.deepEqual(why(-32001), { why: 'password' })
  assert.deepEqual(why(-32004), { why: 'slow', seconds: 7 })
  assert.deepEqual(why(-32000), { why: 'refused', text: 'm', kind: undefined })
  assert.equal(readAnswer({ sealed: 'x' }, () => ({ result: 5 })), 5)
})
test('a nonce is never used twice, and never for both directions', () => {
  assert.deepEqual([...nonceOf(258, false)].slice(0, 10), [0, 0, 0, 0, 0, 0, 1, 2, 0, 0])
  assert.equal(nonceOf(258, true)[8], 1)
  assert.equal(nonceOf(2 ** 32 + 1, false)[3], 1)
})

test('a QR code is what the standard says', () => {
  const rows = qr('weft://join?n=norte.example&h=0123456789abcdef')
  assert.equal(rows.length, 33) // 46 bytes fit into version 4
  for (const [x, y] of [[0, 0], [26, 0], [0, 26]]) {
    for (let i = 0; i < 7; i++) assert.ok(rows[y][x + i] && rows[y + 6][x + i] && rows[y + i][x] && rows[y + i][x + 6], 'finder pattern')
  }
  assert.throws(() => qr('x'.repeat(300)))
})
