// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// What drives the page: Debian's Chromium, which asks nobody for anything by itself.
import { chromium } from 'playwright-core'

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
export const PATIENCE_MS = 60000 // generous: a slow machine is no failure

/** By the proxy goes what is a node's; Chromium's own curiosity about its makers leads nowhere at once. */
function route(proxy) {
  const { host } = new URL(proxy)
  const script = `function FindProxyForURL(url, host) { return /(google|gvt1|gstatic|chromium)[^.]*\\.[a-z]+$|googleapis\\.com$/.test(host) ? 'PROXY 127.0.0.1:9' : 'SOCKS5 ${host}' }`
  return `--proxy-pac-url=data:application/x-ns-proxy-autoconfig;base64,${Buffer.from(script).toString('base64')}`
}
export const start = (proxy) => chromium.launch({ executablePath: '/usr/bin/chromium', args: proxy ? [...FLAGS, route(proxy)] : FLAGS })

export function must(truth, words) {
  if (!truth) throw new Error(words)
}

/** What no page may do: ask strangers, break, or be stopped by the content policy. */
export class Watch {
  strangers = []
  broken = []
  constructor(origin) {
    this.origin = origin
  }
  follow(page) {
    page.on('request', (request) => {
      if (!request.url().startsWith(this.origin) && !/^(data|blob):/.test(request.url())) this.strangers.push(request.url())
    })
    page.on('pageerror', (error) => this.broken.push(`${page.url()}: ${error.message}`))
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) this.broken.push(`${page.url()}: ${message.text()}`)
    })
  }
  judge() {
    must(!this.strangers.length, `asked: ${this.strangers.join(' ')}`)
    must(!this.broken.length, this.broken.join('\n'))
  }
}

export async function phone(browser, watch, more = {}) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'en', ...more })
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  watch.follow(page)
  return page
}
