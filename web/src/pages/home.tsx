// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
import { span, t } from '../i18n/i18n.ts'
import { useCall } from '../live.ts'
import { findings, hops, neighbours, type Neighbour } from '../pure/network.ts'
import { number, percent, rate } from '../i18n/i18n.ts'
import { to } from '../router.ts'
import { Hero } from '../ui/finding.tsx'
import { Learn } from '../ui/learn.tsx'
import { Bars, Item, NoAnswer, Rich, Title } from '../ui/parts.tsx'
import { Icon } from '../ui/icons.tsx'
import { Way } from '../ui/way.tsx'

export function neighbourFigure(one: Neighbour): string {
  if (one.deaf) return t('does_not_hear_us')
  if (one.kbps !== undefined) return rate(one.kbps)
  if (one.percent !== undefined) return percent(one.percent)
  return one.cost !== undefined ? t('cost', { n: number(one.cost) }) : ''
}

function WayCard() {
  const status = useCall('status').data
  const path = useCall('path', { family: 4 }, 10000)
  const gateways = useCall('gateways').data
  if (!status) return null
  const way = hops(status, path.data, gateways)
  const mine = gateways?.asker?.gateway
  return (
    <section class="card">
      <h2><Rich text={t('way_title')} /></h2>
      <Way hops={way.hops} works={way.works} />
      {!way.measured && way.works && <p class="small soft">{t(path.failure?.why === 'missing' ? 'way_known_only' : 'way_measuring')}</p>}
      <div class="row wrap">
        <span class="grow small soft">
          {mine ? t(gateways?.asker?.in_use === false ? 'gateway_chosen_away' : 'gateway_chosen', { name: mine }) : t('gateway_automatic')}
        </span>
        <a class="button" href={to('gateways')}>{t('gateway_choose')}</a>
      </div>
    </section>
  )
}

function Neighbours() {
  const status = useCall('status').data
  if (!status) return null
  const near = neighbours(status)
  return (
    <section class="card flush">
      <h2><Rich text={t('neighbours_title')} /></h2>
      {near.length === 0 && <p class="soft" style={{ padding: '10px 16px 16px' }}>{t('neighbours_none')}</p>}
      <ul class="list">
        {near.map((one) => (
          <Item key={one.name} href={to('node', one.name)} title={one.name} under={t(one.cloud ? 'in_cloud' : 'other_cloud')}
            end={<><Bars quality={one.quality} label /><small class="num soft">{neighbourFigure(one)}</small></>} />
        ))}
      </ul>
    </section>
  )
}

export default function Home() {
  const { data: status, failure } = useCall('status')
  const diagnosis = useCall('diagnosis').data
  return (
    <div class="stack">
      <Title quiet>{status?.node.name ?? t('page_home')}</Title>
      {!status && (
        <div class="card stack">
          <p>{t('first_words')}</p>
          <NoAnswer failure={failure} waiting={failure?.why === 'unreachable'} />
        </div>
      )}
      {status && <Hero findings={diagnosis?.findings ?? findings(status)} />}
      <div class="cols stack">
        <WayCard />
        <Neighbours />
      </div>
      {status && (
        <ul class="card flush list">
          <Item href={to('names')} icon={<Icon name="names" />} title={t('clients_here', { n: status.clients?.length ?? 0 })}
            under={status.clouds?.[0] ? t('clients_cloud', { n: status.clouds[0].clients ?? 0, cloud: status.clouds[0].ssid }) : undefined} />
          <Item href={to('help')} icon={<Icon name="help" />} title={t('help_me')} under={t('about_help')} />
        </ul>
      )}
      <Learn topic="home" />
      {status && (
        <p class="small soft">weft {status.node.version}{status.node.uptime_s !== undefined && <> · {t('running', { time: span(status.node.uptime_s) })}</>}</p>
      )}
    </div>
  )
}
