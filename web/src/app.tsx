// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// The frame of all pages: who one is talking to, where one can go, and whether the node is still there.
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { changeLanguage, language, LANGUAGES, t, type Key, type Language } from './i18n/i18n.ts'
import { refresh, useCall, useContact } from './live.ts'
import { go, to, usePlace, type Place } from './router.ts'
import { Icon, type IconName } from './ui/icons.tsx'
import { Ago, Toaster, useTick } from './ui/parts.tsx'
import Home from './pages/home.tsx'

type Page = ComponentType<{ place: Place }>
type Loader = () => Promise<{ default: Page }>
interface Row { page: string; icon: IconName; load: Loader; bar?: boolean }

/** All pages. A new one is a file in `pages/`, one row here, and its name in each language. */
const PAGES: Row[] = [
  { page: 'home', icon: 'home', load: async () => ({ default: Home }), bar: true },
  { page: 'nodes', icon: 'nodes', load: () => import('./pages/nodes.tsx'), bar: true },
  { page: 'map', icon: 'map', load: () => import('./pages/map.tsx'), bar: true },
  { page: 'align', icon: 'align', load: () => import('./pages/align.tsx') },
  { page: 'links', icon: 'links', load: () => import('./pages/links.tsx') },
  { page: 'names', icon: 'names', load: () => import('./pages/names.tsx') },
  { page: 'invite', icon: 'plus', load: () => import('./pages/invite.tsx') },
  { page: 'settings', icon: 'settings', load: () => import('./pages/settings.tsx') },
  { page: 'learn', icon: 'learn', load: () => import('./pages/learn.tsx'), bar: true },
  { page: 'help', icon: 'help', load: () => import('./pages/help.tsx') },
]
const HIDDEN: Record<string, Loader> = {
  node: () => import('./pages/node.tsx'),
  gateways: () => import('./pages/gateways.tsx'),
  first: () => import('./pages/first.tsx'),
  more: async () => ({ default: More }),
}
export const ALL_PAGES = [...PAGES.map((row) => row.page), ...Object.keys(HIDDEN)]

function loaderOf(page: string): Loader | undefined {
  return PAGES.find((row) => row.page === page)?.load ?? HIDDEN[page]
}
export function pageName(page: string): string {
  return t(`page_${page}` as Key)
}

function More() {
  return (
    <div class="stack">
      <h1>{pageName('more')}</h1>
      <ul class="card flush list">
        {PAGES.filter((row) => !row.bar).map((row) => (
          <li key={row.page}>
            <a class="item" href={to(row.page)}><Icon name={row.icon} /><span class="grow"><b>{pageName(row.page)}</b><small>{t(`about_${row.page}` as Key)}</small></span><Icon name="right" size={18} /></a>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Nav({ page }: { page: string }) {
  const link = (name: string, icon: IconName, className: string) => (
    <li class={className} key={name}>
      <a href={to(name)} aria-current={name === page ? 'page' : undefined}><Icon name={icon} /><span>{pageName(name)}</span></a>
    </li>
  )
  const inBar = PAGES.some((row) => row.page === page && row.bar)
  return (
    <nav class="nav" aria-label={t('navigation')}>
      <ul>
        {PAGES.map((row) => link(row.page, row.icon, row.bar ? '' : 'wide'))}
        <li class="narrow"><a href={to('more')} aria-current={inBar ? undefined : 'page'}><Icon name="more" /><span>{pageName('more')}</span></a></li>
      </ul>
    </nav>
  )
}

function Top() {
  const { data } = useCall('status')
  const [, redraw] = useState('')
  const change = async (next: Language) => {
    await changeLanguage(next)
    redraw(next)
    dispatchEvent(new Event('weft-language'))
  }
  return (
    <header class="top">
      <div class="in">
        <a href={to('home')} class="grow">
          <b>{data?.node.name ?? 'weft'}</b>
          <small>{data?.clouds?.[0]?.ssid ?? t('this_node')}</small>
        </a>
        <select aria-label={t('language')} value={language} onChange={(event) => void change(event.currentTarget.value as Language)}>
          {Object.entries(LANGUAGES).map(([code, name]) => <option key={code} value={code} lang={code}>{name}</option>)}
        </select>
      </div>
    </header>
  )
}

/** Says at once that the node is gone, and what one sees meanwhile. */
function ContactBanner() {
  const contact = useContact()
  const { at } = useCall('status')
  useTick(1000)
  return (
    <div role="alert">
      {contact.state === 'lost' && (
        <div class="banner bad row wrap">
          <span class="grow"><b>{t('lost')}</b> {at ? <>{t('lost_shown')} <Ago at={at} />.</> : t('lost_nothing')} {t('lost_do')}</span>
          <button onClick={refresh}>{t('try_again')}</button>
        </div>
      )}
    </div>
  )
}

/** A change waits for its confirmation: the page that can say so proves that the node is still reachable. */
function PendingBanner({ page }: { page: string }) {
  const { data } = useCall('settings_get')
  if (!data?.pending || page === 'settings') return null
  return <div class="banner row wrap"><span class="grow">{t('pending_banner')}</span><a class="button" href={to('settings')}>{t('go_settings')}</a></div>
}

export function App() {
  const place = usePlace()
  const [page, setPage] = useState<{ name: string; Page: Page } | null>(place.page === 'home' ? { name: 'home', Page: Home } : null)
  const [failed, setFailed] = useState(false)
  const [, redraw] = useState(0)
  const load = () => {
    setFailed(false)
    const loader = loaderOf(place.page)
    if (!loader) return go('home')
    const wanted = place.page
    loader().then(({ default: Page }) => {
      setPage({ name: wanted, Page })
      scrollTo(0, 0)
    }, () => setFailed(true))
  }
  useEffect(load, [place.page])
  useEffect(() => {
    const changed = () => redraw((n) => n + 1)
    addEventListener('weft-language', changed)
    return () => removeEventListener('weft-language', changed)
  }, [])
  useFirstStart(place.page)
  const ready = page?.name === place.page && page
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); document.querySelector('main')?.focus() }}>{t('skip')}</a>
      <Top />
      <ContactBanner />
      <PendingBanner page={place.page} />
      <div class="frame" key={language}>
        <Nav page={place.page} />
        <main id="main" tabIndex={-1}>
          {failed ? <div class="card"><p>{t('page_failed')}</p><button onClick={load}>{t('try_again')}</button></div>
          : ready ? <ready.Page key={place.args.join('/')} place={place} />
          : <p class="soft" role="status">{t('asking')}</p>}
        </main>
      </div>
      <Toaster />
    </>
  )
}

/** A node that nobody has set up yet opens its first page by itself, once. */
function useFirstStart(page: string): void {
  const { data } = useCall('first_start', {}, 60000)
  const isNew = data?.new === true
  useEffect(() => {
    if (isNew && page === 'home' && !sent) go('first')
    if (isNew) sent = true
  }, [isNew, page])
}
let sent = false
