// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// Addresses of pages: `#/page/argument`. Nothing of it is sent to the node.
import { useEffect, useState } from 'preact/hooks'

export interface Place { page: string; args: string[]; query: URLSearchParams }

export function readHash(hash: string): Place {
  const [path, query = ''] = hash.replace(/^#\/?/, '').split('?')
  const parts = path.split('/').map((part) => {
    try {
      return decodeURIComponent(part)
    } catch {
      return part
    }
  })
  return { page: parts[0] || 'home', args: parts.slice(1), query: new URLSearchParams(query) }
}

export function to(page: string, ...args: string[]): string {
  return '#/' + [page, ...args].map(encodeURIComponent).join('/')
}

export function go(page: string, ...args: string[]): void {
  location.hash = to(page, ...args)
}

export function usePlace(): Place {
  const [place, set] = useState(() => readHash(location.hash))
  useEffect(() => {
    const changed = () => set(readHash(location.hash))
    addEventListener('hashchange', changed)
    return () => removeEventListener('hashchange', changed)
  }, [])
  return place
}
