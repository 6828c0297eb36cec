// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// A conversation that others on the air can neither read nor continue: plain HTTP has no encryption, so
// calls that carry a secret or a right are sealed (X25519, XSalsa20-Poly1305). Loaded when first needed.
import nacl from 'tweetnacl'
import { CallError, exchange, type Rights } from './api.ts'

interface Session { id: string; shared: Uint8Array; counter: number; rights: Rights }
const SLOT = 'weft.session'
let current: Session | null = restore()

function toText(bytes: Uint8Array): string {
  let text = ''
  bytes.forEach((byte) => (text += String.fromCharCode(byte)))
  return btoa(text)
}
function toBytes(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
}
const utf8 = (text: string) => new Uint8Array(new TextEncoder().encode(text))

function restore(): Session | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(SLOT) ?? 'null')
    return kept && { ...kept, shared: toBytes(kept.shared) }
  } catch {
    return null
  }
}
function save(): void {
  try {
    if (current) sessionStorage.setItem(SLOT, JSON.stringify({ ...current, shared: toText(current.shared) }))
    else sessionStorage.removeItem(SLOT)
  } catch {
    // Then the session ends with a reload.
  }
}

/** Eight bytes of counter, one of direction, zeros. */
export function nonceOf(counter: number, fromNode: boolean): Uint8Array {
  const nonce = new Uint8Array(24)
  const view = new DataView(nonce.buffer)
  view.setUint32(0, Math.floor(counter / 2 ** 32))
  view.setUint32(4, counter >>> 0)
  nonce[8] = fromNode ? 1 : 0
  return nonce
}

export function rights(): Rights {
  return current?.rights ?? 'none'
}
export function forget(): void {
  current = null
  save()
}

/** Opens a session. An empty password gives one without rights, whose calls are sealed all the same. */
export async function open(password: string): Promise<Rights> {
  const challenge = (await exchange('session_challenge', {})) as { key: string; challenge: string }
  const own = nacl.box.keyPair()
  const shared = nacl.box.before(toBytes(challenge.key), own.secretKey)
  const nonce = nacl.randomBytes(24)
  const inner = utf8(JSON.stringify({ challenge: challenge.challenge, password }))
  const answer = (await exchange('session_login', {
    key: toText(own.publicKey), nonce: toText(nonce), sealed: toText(nacl.box.after(inner, nonce, shared)),
  })) as { session: string; rights: Rights }
  current = { id: answer.session, shared, counter: 0, rights: answer.rights }
  save()
  return answer.rights
}

/** Gives a password; a guest who gives the first one has its rights from then on. */
export async function setPassword(which: 'node' | 'community', password: string): Promise<void> {
  await sealed('password_set', { which, password })
  if (current?.rights === 'none') current.rights = which
  save()
}

export function isOpen(): boolean {
  return current !== null
}

/** Sends a call inside of the session. */
export async function sealed(method: string, params: object): Promise<unknown> {
  if (!current) await open('')
  const session = current!
  const counter = ++session.counter
  save()
  const inner = utf8(JSON.stringify({ jsonrpc: '2.0', id: counter, method, params }))
  try {
    return await exchange(method, params, {
      body: { session: session.id, counter, sealed: toText(nacl.box.after(inner, nonceOf(counter, false), session.shared)) },
      unseal: (text) => {
        const plain = nacl.box.open.after(toBytes(text), nonceOf(counter, true), session.shared)
        if (!plain) throw new CallError({ why: 'unreachable' })
        return JSON.parse(new TextDecoder().decode(plain))
      },
    })
  } catch (error) {
    if (error instanceof CallError && error.failure.why === 'over') {
      const had = session.rights
      forget()
      if (had !== 'none') throw new CallError({ why: 'password' })
      // A guest's session that has ended is simply opened again.
      return sealed(method, params)
    }
    throw error
  }
}
