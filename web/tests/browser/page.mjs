// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// Drives a real browser against the page that a real node serves.
//
//   node tests/browser/page.mjs URL [--proxy socks5://HOST:PORT] [--screens FOLDER] [--pid PID]
//
// PID is the node's weft: it is stopped and goes on, to see that the page notices and recovers.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { must, PATIENCE_MS, phone as newPhone, start, Watch } from './browser.mjs'

const PAGES = ['home', 'nodes', 'map', 'align', 'links', 'names', 'gateways', 'invite', 'settings', 'learn', 'help', 'first', 'first/join', 'first/start', 'more']
const LANGUAGES = { en: 'Map', es: 'Mapa', pt: 'Mapa', it: 'Mappa', ca: 'Mapa', fr: 'Carte', de: 'Karte' }
const SLOW = { phone: { cpu: 6, kbit: 1000, delay: 100 } }

const [url, ...rest] = process.argv.slice(2)
const option = (name) => (rest.includes('--' + name) ? rest[rest.indexOf('--' + name) + 1] : undefined)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
let failures = 0

async function check(name, what) {
  const start = Date.now()
  try {
    await what()
    console.log(`ok ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`)
  } catch (error) {
    failures++
    console.log(`not ok ${name}: ${error.message.split('\n').slice(0, 12).join('\n    ')}`)
  }
}
const browser = await start(option('proxy'))
const watch = new Watch(new URL(url).origin)
const phone = (more) => newPhone(browser, watch, more)
const open = async (page, name) => {
  await page.goto(`${url}#/${name}`)
  await page.locator('main h1').waitFor()
}
const shown = (page, selector) => page.locator(selector).first().waitFor()

const page = await phone()
let name = ''
await check('the page shows what the node says of itself', async () => {
  await page.goto(url)
  await shown(page, 'main section')
  const status = await page.evaluate(async () => {
    const answer = await fetch('/rpc', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"jsonrpc":"2.0","id":1,"method":"status","params":{}}' })
    return (await answer.json()).result
  })
  name = status.node.name
  must((await page.locator('main h1').textContent()) === name, `the title is not ${name}`)
  must((await page.locator('.way li').count()) >= 2, 'no way to the Internet is drawn')
})

for (const each of PAGES) {
  await check(`${each}: opens, fits on a phone, and an accessibility check finds nothing`, async () => {
    await open(page, each)
    // What is asked must have come, or be said in words.
    await page.waitForFunction(() => !document.querySelector('main .spin') || /first|invite/.test(location.hash), undefined, { timeout: PATIENCE_MS })
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    must(over <= 0, `wider than the phone by ${over} pixels`)
    const small = await page.evaluate(() => [...document.querySelectorAll('button, a.button, a.item, nav a, select, input:not([type=radio]):not([type=checkbox]):not(.sr), summary')]
      .filter((element) => element.checkVisibility() && !element.classList.contains('term') && element.getBoundingClientRect().height < 43.5)
      .map((element) => element.outerHTML.slice(0, 80)))
    must(!small.length, `lower than 44 pixels: ${small.join(' ')}`)
    await page.evaluate(axe)
    const found = await page.evaluate(async () => (await window.axe.run(document)).violations.map((one) => `${one.id} (${one.impact}): ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(' | ')}`))
    must(!found.length, found.join('\n'))
  })
}

await check('dark, an accessibility check finds nothing either', async () => {
  const dark = await phone({ colorScheme: 'dark' })
  for (const each of ['home', 'learn', 'settings', 'map']) {
    await open(dark, each)
    await dark.evaluate(axe)
    const found = await dark.evaluate(async () => (await window.axe.run(document)).violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(' | ')}`))
    must(!found.length, `${each}: ${found.join('\n')}`)
  }
  await dark.context().close()
})

await check('every language can be chosen, is kept, and says so to screen readers', async () => {
  await open(page, 'map')
  for (const [code, word] of Object.entries(LANGUAGES)) {
    await page.locator('header select').selectOption(code)
    // Two languages may have one word for it.
    await page.locator(`html[lang=${code}]`).waitFor({ state: 'attached' })
    await page.locator('main h1', { hasText: word }).waitFor()
  }
  await page.reload()
  await page.locator('main h1', { hasText: LANGUAGES.de }).waitFor()
  await page.locator('header select').selectOption('en')
})
await check('the language is the reader’s own at the first visit', async () => {
  const reader = await phone({ locale: 'fr-CA' })
  await open(reader, 'map')
  must((await reader.locator('main h1').textContent()) === LANGUAGES.fr, 'not French')
  await reader.context().close()
})

await check('the story of the packet is told with this network’s own names, in three depths', async () => {
  await open(page, 'learn')
  await shown(page, 'main svg.scene')
  for (const depth of [0, 1, 2]) {
    await page.locator('.tabs.even button').nth(depth).click()
    must((await page.locator('main .card').first().textContent()).includes(name), `${name} is not in it`)
  }
  for (let step = 1; step < 7; step++) await page.locator('main .card button.main').first().click()
  await shown(page, 'main table')
})

await check('a keyboard reaches everything: skip link, pages, and the title gets the focus', async () => {
  await open(page, 'home')
  await page.reload()
  await shown(page, 'main h1')
  await page.keyboard.press('Tab')
  must((await page.evaluate(() => document.activeElement?.className)) === 'skip', 'the first stop is not the skip link')
  await page.locator('nav a[href="#/map"]').focus()
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
})

if (option('pid')) {
  await check('it says at once that the node is gone, keeps what was known, and recovers', async () => {
    await open(page, 'home')
    await shown(page, 'main section')
    const pids = option('pid').split(',').map(Number)
    const start = Date.now()
    try {
      pids.forEach((pid) => process.kill(pid, 'SIGSTOP'))
      await page.locator('.banner.bad').waitFor()
      console.log(`  said after ${((Date.now() - start) / 1000).toFixed(1)} s`)
      must((await page.locator('main h1').textContent()) === name, 'what was known is gone')
    } finally {
      pids.forEach((pid) => process.kill(pid, 'SIGCONT'))
    }
    const back = Date.now()
    await page.locator('.banner.bad').waitFor({ state: 'detached' })
    console.log(`  recovered after ${((Date.now() - back) / 1000).toFixed(1)} s`)
  })
}

await check('a wrong password is refused, and does not cross the air', async () => {
  const thief = await phone()
  const sent = []
  thief.on('request', (request) => sent.push(request.postData() ?? ''))
  await open(thief, 'help')
  await thief.evaluate(async () => {
    const answer = await fetch('/rpc', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"jsonrpc":"2.0","id":1,"method":"session_get","params":{}}' })
    if ((await answer.json()).error) throw new Error('no sessions here')
  })
  await thief.locator('main button.main').click()
  const field = thief.locator('input[type=password]')
  await field.fill('not-the-password')
  await thief.locator('form button.main').click()
  await shown(thief, '[role=alert]:visible, p.bad:visible')
  must(!sent.some((text) => text.includes('not-the-password')), 'the password was sent in clear')
  await thief.context().close()
})

await check('time to the first useful paint, CPU slowed six times, 1 Mbit/s and 100 ms', async () => {
  const slow = await phone()
  const tool = await slow.context().newCDPSession(slow)
  const { cpu, kbit, delay } = SLOW.phone
  await tool.send('Network.enable')
  await tool.send('Network.emulateNetworkConditions', { offline: false, latency: delay, downloadThroughput: (kbit * 1000) / 8, uploadThroughput: (kbit * 1000) / 8 })
  await tool.send('Emulation.setCPUThrottlingRate', { rate: cpu })
  const start = Date.now()
  await slow.goto(url, { waitUntil: 'commit' })
  await shown(slow, 'main h1')
  const words = Date.now() - start
  await shown(slow, 'main section')
  const bytes = await slow.evaluate(() => performance.getEntries().reduce((sum, entry) => sum + (entry.transferSize ?? 0), 0))
  console.log(`  words after ${(words / 1000).toFixed(1)} s, the node's state after ${((Date.now() - start) / 1000).toFixed(1)} s, ${(bytes / 1024).toFixed(1)} KB loaded`)
  must(bytes < 60 * 1024, `${bytes} bytes are too many`)
  await slow.context().close()
})

await check('nothing was asked of anybody else, no page broke, the content policy held', () => watch.judge())

const folder = option('screens')
if (folder) {
  for (const [width, height, mark] of [[360, 740, 'phone'], [1280, 800, 'laptop']]) {
    const screen = await phone({ viewport: { width, height } })
    for (const each of PAGES) {
      await open(screen, each)
      await screen.waitForTimeout(1000)
      await screen.screenshot({ path: `${folder}/${each.replace('/', '-')}-${mark}.png` })
    }
    await screen.context().close()
  }
}
await browser.close()
console.log(failures ? `${failures} failed` : 'all passed')
process.exitCode = failures ? 1 : 0
