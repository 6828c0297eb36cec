// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// Rules of names and passwords, told while one types.
/** A name as a host may have it. */
export function slug(text: string): string {
  return text.normalize('NFD').replace(/\p{Diacritic}/gu, '').replace(/[^A-Za-z0-9-]+/g, '-').replace(/^-+/, '').slice(0, 32)
}
export function nameProblem(name: string): boolean {
  return !/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name)
}
export function passwordProblem(password: string): boolean {
  const size = new TextEncoder().encode(password).length
  return size < 10 || size > 128
}
