// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// The way to the Internet, hop by hop.
import type { Hop } from '../api.ts'
import { delay, percent, t } from '../i18n/i18n.ts'
import { ofLoss, type Quality } from '../pure/quality.ts'
import { to } from '../router.ts'
import { Bars } from './parts.tsx'
import { Icon, type IconName } from './icons.tsx'

const ICONS: Record<string, IconName> = { self: 'node', node: 'node', gateway: 'node', internet: 'globe', phone: 'phone' }

/** Figures are measured from this node to each hop; a leg's colour is that of the hop it leads to. */
function quality(hop: Hop | undefined): Quality {
  return ofLoss(hop?.loss_percent, hop?.delay_ms)
}
function figures(hop: Hop): string {
  const parts = []
  if (hop.delay_ms !== undefined) parts.push(delay(hop.delay_ms))
  if (hop.loss_percent !== undefined) parts.push(hop.loss_percent > 0 ? t('loses', { n: percent(hop.loss_percent) }) : t('loses_nothing'))
  return parts.join(' · ')
}

export function Way({ hops, works }: { hops: Hop[]; works: boolean }) {
  const list: (Hop | { n: -1; kind: 'phone' })[] = [{ n: -1, kind: 'phone' }, ...hops]
  if (!works && hops[hops.length - 1]?.kind !== 'internet') list.push({ n: 99, kind: 'internet' } as Hop)
  return (
    <ol class="way">
      {list.map((hop, i) => {
        const following = list[i + 1] as Hop | undefined
        const broken = !works && i === list.length - 2
        const leg = broken ? 'bad' : following && i > 0 ? quality(following) : 'good'
        const own = hop as Hop
        return (
          <li key={i} class={broken ? 'broken' : ''} style={{ '--leg': `var(--${leg})` } as never}>
            <span class="dot" aria-hidden="true"><Icon name={ICONS[hop.kind]} size={16} /></span>
            <b>
              {hop.kind === 'phone' ? t('you')
              : hop.kind === 'internet' ? t('internet')
              : own.name && hop.kind !== 'self' ? <a href={to('node', own.name)}>{own.name}</a>
              : own.name ?? own.address ?? '?'}
            </b>
            {hop.kind === 'self' && <span class="soft small"> {t('this_node')}</span>}
            {hop.kind === 'gateway' && <span class="soft small"> {t('is_gateway')}</span>}
            {i > 1 && figures(own) && <span class="row small num" style={{ marginTop: '2px' }}><Bars quality={quality(own)} />{figures(own)}</span>}
            {broken && <span class="leg bad">{t('way_broken')}</span>}
          </li>
        )
      })}
    </ol>
  )
}
