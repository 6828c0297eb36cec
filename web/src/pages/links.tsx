// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
import { useState } from 'preact/hooks'
import { ago, percent, span, t, type Key } from '../i18n/i18n.ts'
import { useCall } from '../live.ts'
import { neighbours } from '../pure/network.ts'
import { known, linePath, thin } from '../pure/plot.ts'
import { ofPercent } from '../pure/quality.ts'
import { to } from '../router.ts'
import { Learn } from '../ui/learn.tsx'
import { Bars, Item, NoAnswer, Title } from '../ui/parts.tsx'
import { neighbourFigure } from './home.tsx'

const WIDTH = 600
const HEIGHT = 110

function Plot({ points, step_s, name }: { points: (number | null)[]; step_s: number; name: string }) {
  const [at, setAt] = useState<number | null>(null)
  const shown = thin(points, 240)
  const each = (step_s * points.length) / shown.length
  const values = known(points)
  const now = points[points.length - 1]
  const low = Math.min(...values)
  const chosen = at === null ? null : shown[at]
  const pick = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect()
    setAt(Math.max(0, Math.min(shown.length - 1, Math.round(((event.clientX - box.left) / box.width) * (shown.length - 1)))))
  }
  const label = values.length ? t('plot_label', { name, low: percent(low), now: now === null ? t('quality_none') : percent(now) }) : t('plot_empty')
  return (
    <figure class="tight">
      <svg viewBox={`0 -6 ${WIDTH} ${HEIGHT + 12}`} role="img" aria-label={label} style={{ width: '100%', touchAction: 'pan-y' }} onPointerMove={pick} onPointerLeave={() => setAt(null)}>
        {[0, 50, 100].map((line) => <line key={line} x1="0" x2={WIDTH} y1={HEIGHT - (line * HEIGHT) / 100} y2={HEIGHT - (line * HEIGHT) / 100} stroke="var(--line)" />)}
        <path d={linePath(shown, WIDTH, HEIGHT, 100)} fill="none" stroke="var(--brand)" stroke-width="3" stroke-linejoin="round" stroke-linecap="round" vector-effect="non-scaling-stroke" />
        {at !== null && <line x1={(at * WIDTH) / Math.max(1, shown.length - 1)} x2={(at * WIDTH) / Math.max(1, shown.length - 1)} y1="0" y2={HEIGHT} stroke="var(--soft)" />}
      </svg>
      <figcaption class="row small soft num">
        <span class="grow">{at !== null ? `${ago((shown.length - 1 - at) * each)}: ${chosen === null ? t('quality_none') : percent(chosen as number)}` : ago(step_s * points.length)}</span>
        {values.length > 0 && <span>{t('plot_lowest', { n: percent(low) })}</span>}
        <span>{t('now')}</span>
      </figcaption>
    </figure>
  )
}

export default function Links() {
  const history = useCall('link_history', {}, 60000)
  const status = useCall('status').data
  const links = history.data?.links ?? []
  const near = status ? neighbours(status) : []
  return (
    <div class="stack">
      <Title>{t('page_links')}</Title>
      {!history.data && <NoAnswer failure={history.failure} />}
      {history.data && <p class="soft">{t('links_about', { time: span(history.data.step_s * Math.max(1, ...links.map((link) => link.points.length))) })}</p>}
      {links.map((link) => {
        const now = link.points[link.points.length - 1]
        return (
          <section class="card" key={link.kind + link.key}>
            <div class="row">
              <h2 class="grow"><a href={to('node', link.node ?? link.name ?? '')}>{link.name ?? link.node ?? link.port}</a> <span class="small soft">{t(`kind_${link.kind}` as Key)}{link.port && ` · ${link.port}`}</span></h2>
              <span style={{ textAlign: 'right' }}><Bars quality={ofPercent(now ?? undefined)} label /><span class="num small"> {now === null || now === undefined ? '' : percent(now)}</span></span>
            </div>
            <Plot points={link.points} step_s={history.data!.step_s} name={link.name ?? link.port ?? ''} />
          </section>
        )
      })}
      {history.data && links.length === 0 && <p>{t('neighbours_none')}</p>}
      {!history.data && near.length > 0 && (
        <ul class="card flush list">
          {near.map((one) => <Item key={one.name} href={to('node', one.name)} title={one.name} under={one.port} end={<><Bars quality={one.quality} label /><small class="num soft">{neighbourFigure(one)}</small></>} />)}
        </ul>
      )}
      <Learn topic="links" />
    </div>
  )
}
