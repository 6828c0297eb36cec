// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// A line of a plot, with gaps where nothing was there.
export function linePath(points: (number | null)[], width: number, height: number, max: number): string {
  let path = ''
  let pen = false
  const step = width / Math.max(1, points.length - 1)
  points.forEach((value, i) => {
    if (value === null) {
      pen = false
      return
    }
    const y = height - (Math.min(value, max) / max) * height
    path += `${pen ? 'L' : 'M'}${(i * step).toFixed(1)} ${y.toFixed(1)}`
    if (!pen && (i === points.length - 1 || points[i + 1] === null)) path += 'h.1'
    pen = true
  })
  return path
}
export function known(points: (number | null)[]): number[] {
  return points.filter((point): point is number => point !== null)
}
/** Fewer points: the worst of each group, for that is what one looks for. */
export function thin(points: (number | null)[], most: number): (number | null)[] {
  const size = Math.ceil(points.length / most)
  if (size <= 1) return points
  const out: (number | null)[] = []
  for (let i = 0; i < points.length; i += size) {
    const group = points.slice(i, i + size)
    out.push(group.includes(null) ? null : Math.min(...known(group)))
  }
  return out
}
