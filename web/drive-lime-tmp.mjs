import { chromium } from 'playwright-core'
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']
const [url, pw] = process.argv.slice(2)
const v3 = process.env.V3
const PAGES = ['rx','align','locate','metrics','notes','nodeadmin','nodeadmin/hostname','nodeadmin/wifipassword','nodeadmin/roaming-ap','nodeadmin/communityPortal','nodeadmin/hotspot','netadmin','firmware','releaseInfo','changenode','remotesupport','access','access/create','access/welcome','reboot','firstbootwizard','firstbootwizard/create','firstbootwizard/scan', ...(v3 ? ['meshwide','meshwideupgrade','meshwide/config'] : [])]
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
const ctx = await browser.newContext({ viewport: { width: 390, height: 800 }, locale: 'en' })
await ctx.addInitScript(() => Object.defineProperty(navigator, 'onLine', { get: () => true }))
const page = await ctx.newPage()
let first = process.env.ONLY ? true : false
let broken = [], calls = []
page.on('response', (r) => { if (r.status() >= 400) broken.push('HTTP ' + r.status() + ' ' + r.url()) })
page.on('request', (r) => { if (process.env.ONLY) console.log('REQ', r.method(), r.url().slice(0,90)) })
page.on('pageerror', (e) => broken.push('EXC ' + e.message.slice(0, 200)))
page.on('console', (m) => { if (m.type() === 'error') broken.push('con ' + m.text().slice(0, 160)) })
page.on('response', async (r) => { if (!r.url().endsWith('/ubus')) return; try { const q = JSON.parse(r.request().postData()); const a = await r.json(); const bad = a.error || a.result[0] !== 0 || a.result[1]?.status === 'error'; calls.push(`${q.params[1]}.${q.params[2]} ${bad ? JSON.stringify(a.error ?? a.result).slice(0,120) : 'ok'}`) } catch (e) { calls.push('?' + e.message) } })
const t0 = Date.now()
await page.goto(url + '/app/')
await page.waitForTimeout(6000)
console.log([...new Set(broken)], calls); console.log('start', (await page.locator('body').innerText()).replace(/\s+/g, ' ').slice(0, 400))
let logged = false
for (const name of process.env.ONLY ? [process.env.ONLY] : PAGES) {
  broken = []; calls = []
  await page.goto(`${url}/app/#/${name}`); await page.waitForTimeout(name.includes('meshwide') || name.includes('metrics') ? 5000 : 2500)
  const pass = page.locator('input[type=password]')
  if (!logged && pw !== 'none' && await page.getByText('You need to know the shared password').count()) {
    await pass.first().fill(pw); await page.getByRole('button', { name: 'Login' }).click(); await page.waitForTimeout(2500); logged = true
    console.log('  (logged in)')
  }
  const text = (await page.locator('body').innerText()).replace(/\s+/g, ' ').slice(0, 220)
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name.replace(/\//g, '-')}.png` })
  console.log(`# ${name}: ${text}`)
  console.log('   ' + [...new Set(calls)].join(' | '))
  for (const b of new Set(broken)) console.log('   !! ' + b)
}
await browser.close()
