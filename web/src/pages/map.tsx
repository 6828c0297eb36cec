// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
import { useMemo, useRef, useState } from 'preact/hooks'
import { percent, t, type Key } from '../i18n/i18n.ts'
import { useCall } from '../live.ts'
import { layout, SIZE } from '../pure/map.ts'
import { fromStatus, linksFromStatus, mapLinks, ordered, type MapLink } from '../pure/nodes.ts'
import { go, to } from '../router.ts'
import { Learn } from '../ui/learn.tsx'
import { Bars, Item, NoAnswer, Title } from '../ui/parts.tsx'
import { Icon } from '../ui/icons.tsx'

const DASH: Record<string, string> = { good: '', fair: '16 7', poor: '9 8', bad: '3 9', none: '2 12' }
interface View { x: number; y: number; w: number }
const WHOLE: View = { x: 0, y: 0, w: SIZE }
const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value))

/** Fingers and mouse: one moves, two zoom. */
function useView() {
  const [view, set] = useState<View>(WHOLE)
  const fingers = useRef(new Map<number, { x: number; y: number }>())
  const moved = useRef(false)
  const zoom = (factor: number, cx = view.x + view.w / 2, cy = view.y + view.w / 2) => {
    const w = clamp(view.w / factor, 80, SIZE * 1.5)
    set({ w, x: cx - ((cx - view.x) * w) / view.w, y: cy - ((cy - view.y) * w) / view.w })
  }
  const at = (event: PointerEvent) => ({ x: event.clientX, y: event.clientY })
  const handlers = {
    onPointerDown: (event: PointerEvent) => {
      moved.current = false
      fingers.current.set(event.pointerId, at(event))
    },
    onPointerMove: (event: PointerEvent) => {
      const before = fingers.current.get(event.pointerId)
      if (!before) return
      const box = (event.currentTarget as Element).getBoundingClientRect()
      const unit = view.w / Math.min(box.width, box.height)
      const now = at(event)
      const others = [...fingers.current].filter(([id]) => id !== event.pointerId).map(([, point]) => point)
      if (Math.hypot(now.x - before.x, now.y - before.y) > 3) moved.current = true
      if (others.length) zoom(Math.hypot(now.x - others[0].x, now.y - others[0].y) / (Math.hypot(before.x - others[0].x, before.y - others[0].y) || 1))
      else set({ ...view, x: view.x - (now.x - before.x) * unit, y: view.y - (now.y - before.y) * unit })
      fingers.current.set(event.pointerId, now)
    },
    onPointerUp: (event: PointerEvent) => void fingers.current.delete(event.pointerId),
    onPointerCancel: (event: PointerEvent) => void fingers.current.delete(event.pointerId),
    onPointerLeave: (event: PointerEvent) => void fingers.current.delete(event.pointerId),
    onWheel: (event: WheelEvent) => {
      event.preventDefault()
      zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2)
    },
  }
  return { view, zoom, whole: () => set(WHOLE), handlers, moved }
}

function Legend() {
  return (
    <ul class="row wrap small soft">
      {(['good', 'fair', 'poor', 'bad', 'none'] as const).map((quality) => (
        <li key={quality} class="row" style={{ gap: '6px' }}>
          <svg width="34" height="10" aria-hidden="true" class={quality}><line x1="1" y1="5" x2="33" y2="5" stroke="currentColor" stroke-width="4" stroke-dasharray={DASH[quality].split(' ').map((n) => Number(n) / 2 || '').join(' ')} /></svg>
          {t(`quality_${quality}` as Key)}
        </li>
      ))}
    </ul>
  )
}

export default function MapPage() {
  const all = useCall('nodes')
  const some = useCall('links')
  const status = useCall('status').data
  const { view, zoom, whole, handlers, moved } = useView()
  const known = all.data !== undefined
  const nodes = ordered(all.data?.nodes ?? (status ? fromStatus(status) : []))
  const lines: MapLink[] = known && some.data ? mapLinks(some.data.links) : status ? linksFromStatus(status) : []
  const shape = nodes.map((node) => node.id + node.latitude + node.longitude).join() + lines.map((line) => line.a + line.b).join()
  const spots = useMemo(() => new Map(layout(nodes, lines).map((spot) => [spot.id, spot])), [shape])
  const name = (id: string) => nodes.find((node) => node.id === id)?.name ?? id
  const scale = view.w / SIZE
  const unplaced = nodes.filter((node) => !spots.get(node.id)?.placed).length
  return (
    <div class="stack">
      <Title>{t('page_map')}</Title>
      {nodes.length === 0 ? <NoAnswer failure={all.failure} /> : (
        <>
          <div style={{ position: 'relative' }}>
            <svg class="map" viewBox={`${view.x} ${view.y} ${view.w} ${view.w}`} role="img" aria-label={t('map_label', { n: nodes.length, m: lines.length })} {...handlers}>
              {lines.map((line) => {
                const [a, b] = [spots.get(line.a), spots.get(line.b)]
                return a && b && <line key={line.a + line.b} class={line.down ? 'bad' : line.quality} x1={a.x} y1={a.y} x2={b.x} y2={b.y} stroke="currentColor" stroke-width={11 * scale} stroke-linecap="round" stroke-dasharray={(line.down ? DASH.bad : DASH[line.quality]).split(' ').map((n) => Number(n) * 2 * scale || '').join(' ')} />
              })}
              {nodes.map((node) => {
                const spot = spots.get(node.id)
                if (!spot) return null
                const alive = node.state === 'alive'
                return (
                  <g key={node.id} style={{ cursor: 'pointer' }} onClick={() => !moved.current && go('node', node.id)}>
                    <circle cx={spot.x} cy={spot.y} r={60 * scale} fill="transparent" />
                    {node.self && <circle cx={spot.x} cy={spot.y} r={42 * scale} fill="none" stroke="var(--brand)" stroke-width={5 * scale} />}
                    <circle cx={spot.x} cy={spot.y} r={30 * scale} fill={alive ? 'var(--brand)' : 'var(--card)'} stroke={alive ? 'var(--card)' : 'var(--none)'} stroke-width={6 * scale} stroke-dasharray={spot.placed || !known ? undefined : `${9 * scale} ${6 * scale}`} />
                    {node.gateway && <text x={spot.x} y={spot.y + 12 * scale} text-anchor="middle" style={{ fontSize: 36 * scale + 'px', fill: 'var(--on-brand)', stroke: 'none', fontWeight: 700 }}>@</text>}
                    <text x={spot.x} y={spot.y + 80 * scale} text-anchor="middle" style={{ fontSize: 40 * scale + 'px', strokeWidth: 8 * scale + 'px' }}>{node.name}</text>
                  </g>
                )
              })}
            </svg>
            <div class="tight" style={{ position: 'absolute', right: '8px', top: '8px', display: 'grid' }}>
              <button aria-label={t('zoom_in')} onClick={() => zoom(1.5)} style={{ padding: '8px' }}><Icon name="plus" /></button>
              <button aria-label={t('zoom_out')} onClick={() => zoom(1 / 1.5)} style={{ padding: '8px' }}><Icon name="minus" /></button>
              <button aria-label={t('zoom_all')} onClick={whole} style={{ padding: '8px' }}><Icon name="map" /></button>
            </div>
          </div>
          <Legend />
          {known && unplaced > 0 && <p class="small soft">{t('map_unplaced', { n: unplaced })}</p>}
          <p class="small soft">{t('map_offline')}</p>
          <section class="card flush">
            <h2>{t('map_list')}</h2>
            <ul class="list">
              {lines.map((line) => (
                <Item key={line.a + line.b} href={to('node', line.b)} title={`${name(line.a)} – ${name(line.b)}`} under={line.down ? t('link_down') : undefined}
                  end={<><Bars quality={line.down ? 'bad' : line.quality} label />{line.percent !== undefined && <small class="num soft">{percent(line.percent)}</small>}</>} />
              ))}
            </ul>
          </section>
        </>
      )}
      <Learn topic="map" />
    </div>
  )
}
