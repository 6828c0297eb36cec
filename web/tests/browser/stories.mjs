// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// What people do with the page, each in a browser of its own, told by who looks at the nodes meanwhile:
// a line of JSON in ({"story", "url", "proxy", ...}) begins one; lines come out, "at" for what has been
// reached, then "ok" or "wrong" at its end.
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { must, phone, start, Watch } from './browser.mjs'

const say = (what) => console.log(JSON.stringify(what))
const at = (place, more) => say({ at: place, ...more })
const field = (page, label) => page.locator('label.field', { hasText: label }).locator('input, select, textarea').first()
const heading = (page, words) => page.locator('main h1, main h2', { hasText: words }).first()

async function open(page, url, name) {
  await page.goto(`${url}#/${name}`)
  await page.locator('main h1').waitFor()
}
/** The password, where it is asked for: the first one is typed twice. */
async function login(page, password) {
  const form = page.locator('form.card', { has: page.locator('input[type=password]') }).first()
  await form.waitFor()
  await page.waitForFunction(() => !document.querySelector('main .spin'))
  for (const each of await form.locator('input[type=password]').all()) await each.fill(password)
  await form.locator('button.main').click()
}
async function group(page, words) {
  const summary = page.locator('summary', { hasText: words }).first()
  await summary.waitFor()
  if (!(await summary.evaluate((element) => element.parentElement.open))) await summary.click()
}
/** From a form with something typed, to a change that is in force and waits. */
async function change(page, { password, confirm_s }) {
  await page.locator('form button.main', { hasText: 'What will it do?' }).click()
  const preview = heading(page, 'This is what will happen')
  const asked = page.locator('form.card input[type=password]').first()
  await preview.or(asked).first().waitFor()
  if (await asked.isVisible()) await login(page, password)
  await preview.waitFor()
  const told = await page.locator('section.card', { has: page.locator('h2', { hasText: 'This is what will happen' }) }).innerText()
  if (confirm_s) await field(page, 'Time to confirm').selectOption(String(confirm_s))
  await page.locator('button.main', { hasText: 'Do it' }).click()
  return told
}
async function keep(page) {
  await heading(page, 'Does everything still work?').waitFor()
  await page.locator('button.main', { hasText: 'Yes, keep it' }).click()
  await heading(page, 'Does everything still work?').waitFor({ state: 'detached' })
}
async function settle(page, name) {
  await heading(page, 'Done. The node is part').waitFor({ timeout: 180000 })
  await page.locator('a.button.main').click()
  await page.locator('main h1', { hasText: name }).waitFor()
}
async function passwords(page, password) {
  const fields = page.locator('main input[autocomplete=new-password]')
  await fields.first().waitFor()
  for (const each of await fields.all()) await each.fill(password)
}

const stories = {
  async join(page, { url, network, name, password }) {
    await page.goto(url)
    // A new node's page opens by itself at the beginning.
    await heading(page, 'Welcome to your new node').waitFor()
    await page.locator('a.item', { hasText: 'Join a network' }).click()
    await page.locator('button.item', { hasText: network }).click()
    await field(page, 'Name').fill(name)
    await passwords(page, password)
    await page.locator('form button.main').click()
    at('begun')
    await settle(page, name)
  },
  async start(page, { url, network, name, password }) {
    await page.goto(url)
    await heading(page, 'Welcome to your new node').waitFor()
    await page.locator('a.item', { hasText: 'Start a network' }).click()
    await field(page, 'Name of the network').fill(network)
    await field(page, 'Name of the node').or(field(page, 'Name of this node')).first().fill(name)
    await passwords(page, password)
    await field(page, 'Country').fill('ES')
    await page.locator('form button.main').click()
    at('begun')
    await settle(page, name)
  },
  async rename(page, { url, name, password }) {
    await open(page, url, 'settings')
    await field(page, 'Name of the node').fill(name)
    const told = await change(page, { password })
    must(told.includes(name), `the preview does not tell of ${name}: ${told}`)
    await keep(page)
    await open(page, url, 'home')
    await page.locator('main h1', { hasText: name }).waitFor()
  },
  async secret(page, { url, key, password }) {
    await open(page, url, 'settings')
    await group(page, 'Wi-Fi')
    await field(page, 'Password of this node’s own Wi-Fi').fill(key)
    const told = await change(page, { password })
    must(!told.includes(key), 'the preview shows the password')
    await keep(page)
    must(!(await page.content()).includes(key), 'the page shows the password')
  },
  async password(page, { url, old, password }) {
    await open(page, url, 'settings')
    await group(page, 'Change the password')
    const form = page.locator('details form')
    const take = async (before) => {
      await field(page, 'Password until now').fill(before)
      for (const each of await form.locator('input[autocomplete=new-password]').all()) await each.fill(password)
      await form.locator('button.main').click()
    }
    await take(old + '-not')
    await form.locator('[role=alert]').waitFor()
    at('refused', { words: await form.locator('[role=alert]').innerText() })
    // Who has guessed wrong has to wait a moment.
    await page.waitForTimeout(2500)
    await take(old)
    await page.locator('.toast', { hasText: 'The password is changed' }).waitFor()
  },
  async gateway(page, { url, name }) {
    await open(page, url, 'gateways')
    const pick = page.locator('section.card label.pick', { hasText: name || 'Automatic' }).locator('input')
    await pick.click()
    await page.locator('.toast').waitFor()
    await page.waitForFunction((element) => element.checked, await pick.elementHandle())
    await open(page, url, 'home')
    await page.locator('main', { hasText: name ? `You chose ${name}` : 'automatically' }).waitFor({ timeout: 5000 }).catch(() => {})
    at('home', { words: await page.locator('section.card', { has: page.locator('.way') }).innerText() })
  },
  async cut(page, { url, group: words, label, value, password, confirm_s }) {
    await open(page, url, 'settings')
    await group(page, words)
    await field(page, label).selectOption(value)
    const told = await change(page, { password, confirm_s })
    at('changed', { words: told })
    await page.locator('.banner.bad').waitFor()
    at('lost')
    await page.locator('.banner.bad').waitFor({ state: 'detached', timeout: 180000 })
    await page.locator('main', { hasText: 'undone' }).waitFor()
    must((await field(page, label).inputValue()) !== value, 'the page still shows the change')
  },
  async map(page, { url, names }) {
    await open(page, url, 'map')
    for (const name of names) await page.locator('svg.map text', { hasText: name }).first().waitFor()
    const spots = await page.locator('svg.map g > text').evaluateAll((all) => all.map((each) => [each.textContent, Number(each.getAttribute('x')), Number(each.getAttribute('y'))]))
    await page.waitForFunction((n) => document.querySelectorAll('svg.map line').length >= n, names.length - 1)
    at('map', { spots, lines: await page.locator('svg.map line').count() })
    await page.locator('svg.map g', { hasText: names[0] }).first().locator('circle').last().click()
    await page.locator('main h1', { hasText: names[0] }).waitFor()
  },
  async align(page, { url, name }) {
    await open(page, url, `align/${name}`)
    const big = page.locator('main .big')
    const figure = async (fits, words) => {
      await page.waitForFunction(([low, high]) => {
        const value = Number(document.querySelector('main .big')?.textContent)
        return value >= low && value <= high
      }, fits, { timeout: 120000 }).catch(() => must(false, `${words}: never between ${fits.join(' and ')}`))
      return big.innerText()
    }
    at('well', { value: await figure([85, 100], 'a good link') })
    at('worse', { value: await figure([0, 70], 'a bad link') })
    await page.locator('p', { hasText: /best/i }).first().waitFor()
    at('mended', { value: await figure([80, 100], 'a mended link') })
  },
  async offline(page, { url, others }) {
    await open(page, url, 'home')
    await page.locator('main h2', { hasText: /no way to the Internet|not plugged|unplugged/i }).first().waitFor()
    await page.locator('.way li.broken').waitFor()
    at('said', { words: await page.locator('main section').first().innerText() })
    await open(page, url, 'learn')
    await page.locator('main svg.scene').waitFor()
    await open(page, url, 'map')
    for (const name of others) await page.locator('svg.map text', { hasText: name }).first().waitFor()
    await open(page, url, 'home')
    at('waiting')
    await page.locator('.way li.broken').waitFor({ state: 'detached' })
    await page.locator('main h2', { hasText: 'no way to the Internet' }).first().waitFor({ state: 'detached' })
  },
  async reboot(page, { url, name }) {
    await open(page, url, 'home')
    await page.locator('main section').first().waitFor()
    at('ready')
    await page.locator('.banner.bad').waitFor()
    at('lost')
    must((await page.locator('main h1').textContent()) === name, 'what was known is gone')
    await page.locator('.banner.bad').waitFor({ state: 'detached' })
    at('back')
    await page.locator('main h1', { hasText: name }).waitFor()
  },
}

let browser
let proxy
async function tell(line) {
  const { story, ...args } = JSON.parse(line)
  if (browser && proxy !== args.proxy) await browser.close().then(() => (browser = undefined))
  proxy = args.proxy
  browser ??= await start(proxy)
  const watch = new Watch(new URL(args.url).origin)
  const page = await phone(browser, watch)
  try {
    await stories[story](page, args)
    watch.judge()
    say({ ok: story })
  } catch (error) {
    const picture = `${tmpdir()}/weft-page-${story}.png`
    await page.screenshot({ path: picture, fullPage: true }).catch(() => {})
    const words = await page.locator('body').innerText({ timeout: 3000 }).catch(() => '')
    say({ wrong: `${error.message.split('\n').slice(0, 8).join('\n')}\n${picture}\n${page.url()}\n${words.slice(0, 1500)}` })
  }
  await page.context().close()
}
for await (const line of createInterface({ input: process.stdin })) await tell(line)
await browser?.close()
