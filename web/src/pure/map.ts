// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// Where to draw the nodes of a network: by their places, and around them those that have none.
export interface Spot { id: string; x: number; y: number; placed: boolean }
export interface Placed { id: string; latitude?: string; longitude?: string }
export interface Edge { a: string; b: string }

export const SIZE = 1000
const MARGIN = 150

function place(node: Placed): { x: number; y: number } | undefined {
  const latitude = Number.parseFloat(node.latitude ?? '')
  const longitude = Number.parseFloat(node.longitude ?? '')
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude) || Math.abs(latitude) > 85 || Math.abs(longitude) > 180) return undefined
  // Mercator, as every map of the web.
  return { x: longitude, y: (-180 / Math.PI) * Math.log(Math.tan(Math.PI / 4 + (latitude * Math.PI) / 360)) }
}

/** Fits points into the square, keeping their proportions. */
function fit(points: Map<string, { x: number; y: number }>): void {
  const all = [...points.values()]
  const [x0, x1] = [Math.min(...all.map((p) => p.x)), Math.max(...all.map((p) => p.x))]
  const [y0, y1] = [Math.min(...all.map((p) => p.y)), Math.max(...all.map((p) => p.y))]
  const extent = Math.max(x1 - x0, y1 - y0) || 1
  const scale = (SIZE - 2 * MARGIN) / extent
  for (const p of all) {
    p.x = SIZE / 2 + (p.x - (x0 + x1) / 2) * scale
    p.y = SIZE / 2 + (p.y - (y0 + y1) / 2) * scale
  }
}

/** Moves points that are not pinned, a little less in each round. */
function relax(at: { x: number; y: number }[], pinned: boolean[], pairs: (readonly [number, number])[]): void {
  const n = at.length
  const rest = 190
  const rounds = n > 200 ? 30 : n > 80 ? 80 : 160
  const [fx, fy] = [new Float64Array(n), new Float64Array(n)]
  const push = (i: number, j: number, force: number, dx: number, dy: number) => {
    fx[i] += dx * force
    fy[i] += dy * force
    fx[j] -= dx * force
    fy[j] -= dy * force
  }
  for (let round = 0; round < rounds; round++) {
    const heat = 30 * (1 - round / rounds)
    fx.fill(0)
    fy.fill(0)
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        const [dx, dy] = [at[i].x - at[j].x || 0.01, at[i].y - at[j].y || 0.01]
        const d2 = dx * dx + dy * dy
        push(i, j, (4 * rest * rest) / (d2 * Math.sqrt(d2)), dx, dy)
      }
    }
    for (const [i, j] of pairs) {
      const [dx, dy] = [at[j].x - at[i].x, at[j].y - at[i].y]
      const d = Math.hypot(dx, dy) || 1
      push(i, j, ((d - rest) * 0.12) / d, dx, dy)
    }
    for (let i = 0; i < n; i++) {
      if (pinned[i]) continue
      const length = Math.hypot(fx[i], fy[i]) || 1
      at[i].x += (fx[i] / length) * Math.min(length, heat)
      at[i].y += (fy[i] / length) * Math.min(length, heat)
    }
  }
}

/** Puts nodes without a place near those that they are linked to: springs and repulsion, the same picture each time. */
function settle(ids: string[], fixed: Map<string, { x: number; y: number }>, edges: Edge[]): Map<string, { x: number; y: number }> {
  const points = new Map<string, { x: number; y: number }>()
  ids.forEach((id, i) => {
    const angle = i * 2.399963 // the golden angle: no two on one spot
    const far = 60 + 36 * Math.sqrt(i + 1)
    const near = edges.map((e) => (e.a === id ? fixed.get(e.b) : e.b === id ? fixed.get(e.a) : undefined)).find(Boolean)
    points.set(id, fixed.get(id) ?? { x: (near?.x ?? SIZE / 2) + far * Math.cos(angle), y: (near?.y ?? SIZE / 2) + far * Math.sin(angle) })
  })
  relax(ids.map((id) => points.get(id)!), ids.map((id) => fixed.has(id)), edges.flatMap(({ a, b }) => {
    const [i, j] = [ids.indexOf(a), ids.indexOf(b)]
    return i >= 0 && j >= 0 ? [[i, j] as const] : []
  }))
  return points
}

export function layout(nodes: Placed[], edges: Edge[]): Spot[] {
  const fixed = new Map<string, { x: number; y: number }>()
  for (const node of nodes) {
    const spot = place(node)
    if (spot) fixed.set(node.id, spot)
  }
  if (fixed.size > 1) fit(fixed)
  else for (const id of fixed.keys()) fixed.set(id, { x: SIZE / 2, y: SIZE / 2 })
  const points = settle(nodes.map((node) => node.id), fixed, edges)
  if (fixed.size < nodes.length && points.size > 1) fit(points)
  else if (points.size === 1) points.forEach((p) => Object.assign(p, { x: SIZE / 2, y: SIZE / 2 }))
  return nodes.map((node) => ({ id: node.id, ...points.get(node.id)!, placed: fixed.has(node.id) }))
}
