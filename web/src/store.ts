// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// Small things that this browser keeps. A browser that keeps nothing is fine too.
export function kept(name: string): string | null {
  try {
    return localStorage.getItem('weft.' + name)
  } catch {
    return null
  }
}
export function keep(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem('weft.' + name)
    else localStorage.setItem('weft.' + name, value)
  } catch {
    // as said
  }
}
