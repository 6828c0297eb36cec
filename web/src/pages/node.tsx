// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
import type { Place } from '../router.ts'
import { ago, delay, percent, span, t } from '../i18n/i18n.ts'
import { useCall } from '../live.ts'
import { neighbours } from '../pure/network.ts'
import { byName, fromStatus } from '../pure/nodes.ts'
import { ofPercent } from '../pure/quality.ts'
import { to } from '../router.ts'
import { Learn } from '../ui/learn.tsx'
import { Bars, Item, NoAnswer, Title } from '../ui/parts.tsx'
import { neighbourFigure } from './home.tsx'

export default function NodePage({ place }: { place: Place }) {
  const all = useCall('nodes')
  const links = useCall('links').data
  const status = useCall('status').data
  const gateways = useCall('gateways').data
  const nodes = all.data?.nodes ?? (status ? fromStatus(status) : [])
  const node = byName(nodes, place.args[0] ?? '') ?? (status ? byName(fromStatus(status), place.args[0] ?? '') : undefined)
  if (!node) {
    return <div class="stack"><Title>{place.args[0]}</Title>{nodes.length ? <p>{t('node_unknown')}</p> : <NoAnswer failure={all.failure} />}<a class="button" href={to('nodes')}>{t('page_nodes')}</a></div>
  }
  const direct = status && neighbours(status).find((one) => one.name === node.name)
  const ends = (links?.links ?? []).flatMap((link) => {
    const mine = link.ends.find((end) => end.node === node.id || end.name === node.name)
    const other = link.ends.find((end) => end !== mine)
    return mine && other ? [{ link, other }] : []
  })
  const gateway = gateways?.gateways.find((each) => each.name === node.name)
  const facts: [string, string | undefined][] = [
    [t('fact_state'), node.state === 'alive' ? t('node_alive') : node.heard_s !== undefined ? t('heard', { ago: ago(node.heard_s) }) : t('node_gone')],
    [t('fact_cloud'), node.domain],
    [t('fact_address'), [node.ipv4, node.ipv6].filter(Boolean).join(' ')],
    [t('fact_running'), node.uptime_s === undefined ? undefined : span(node.uptime_s)],
    [t('fact_device'), node.model ?? node.device],
    [t('fact_software'), node.firmware],
    [t('fact_clients'), node.clients === undefined ? undefined : String(node.clients)],
    [t('fact_place'), node.latitude && `${node.latitude}, ${node.longitude}`],
    ['MAC', node.macs?.join(' ')],
  ]
  return (
    <div class="stack">
      <Title>{node.name}</Title>
      {node.self && <p class="soft">{t('this_node')}</p>}
      {node.ipv4 && !node.self && <p><a class="button main" href={`http://${node.ipv4}/`}>{t('open_node')}</a></p>}
      {direct && (
        <section class="card">
          <h2>{t('link_to_here')}</h2>
          <div class="row"><Bars quality={direct.quality} label /><span class="num soft">{neighbourFigure(direct)}</span></div>
          <a class="button" href={to('align', node.name)}>{t('go_align')}</a>
        </section>
      )}
      <section class="card">
        <dl class="kv">{facts.filter(([, value]) => value).map(([name, value]) => <><dt>{name}</dt><dd>{value}</dd></>)}</dl>
        {node.same_name && <p class="fair">{t('same_name')}</p>}
      </section>
      {gateway && (
        <section class="card">
          <h2>{t('gives_internet')}</h2>
          {gateway.words && <p>{gateway.words}</p>}
          <p class="soft num">{[gateway.path?.delay_ms !== undefined && delay(gateway.path.delay_ms), gateway.path?.loss_percent !== undefined && t('loses', { n: percent(gateway.path.loss_percent) })].filter(Boolean).join(' · ')}</p>
          <a class="button" href={to('gateways')}>{t('gateway_choose')}</a>
        </section>
      )}
      {ends.length > 0 && (
        <section class="card flush">
          <h2>{t('page_links')}</h2>
          <ul class="list">
            {ends.map(({ link, other }) => (
              <Item key={link.kind + link.key} href={other.node ? to('node', other.node) : undefined} title={other.name ?? other.address ?? '?'}
                under={t(`kind_${link.kind}` as never)} end={link.quality !== undefined && <Bars quality={ofPercent(link.quality)} label />} />
            ))}
          </ul>
        </section>
      )}
      <Learn topic="nodes" />
    </div>
  )
}
