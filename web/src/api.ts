// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// The one place that knows what a node says: shapes of its methods, and how they are asked for.
// Members that a node does not know are absent; a page takes what is there.

export interface Status {
  problems: string[]
  node: { name?: string; domain?: string; version?: string; uptime_s?: number; mac?: string; ipv4?: string; ipv6?: string }
  configuration?: { state: string; applied?: boolean; mistakes?: string[]; refused?: string[]; failure?: string[] }
  programs?: { name: string; state: string; restarts?: number }[]
  uplinks?: { interface: string; carrier?: boolean; up?: boolean }[]
  clouds?: Cloud[]
  babel?: { answers?: boolean; neighbours?: BabelNeighbour[]; networks?: BabelNetwork[] }
  internet?: WayOut[]
  gateways?: { family: number; by: string; name?: string; via?: string; port?: string; cost?: number; used: boolean }[]
  clients?: Client[]
}
export interface Cloud { ssid: string; network_id?: string; interface?: string; clients?: number; nodes?: CloudNode[] }
export interface CloudNode {
  name?: string; ipv4?: string; mac?: string; neighbour?: boolean; through?: string; port?: string
  quality_percent?: number; kbps?: number; seen_ms?: number
}
export interface BabelNeighbour {
  name?: string; address?: string; port?: string; reachable?: boolean; cost?: number; rxcost?: number; txcost?: number; hellos?: number
}
export interface BabelNetwork { network: string; name?: string; via?: string; port?: string; cost?: number }
export interface WayOut {
  family: number; by: 'own uplink' | 'another node' | "somebody else's route" | 'none'
  name?: string; via?: string; port?: string; cost?: number; why?: string[]
}
export interface Client { name?: string; mac: string; ipv4?: string; ipv6?: string[]; port?: string; node?: string; here_s?: number; idle_s?: number }

export interface MeshNode {
  id: string; name: string; self?: boolean; signed?: boolean; state: 'alive' | 'gone' | 'forgotten'; heard_s?: number
  cloud?: string; domain?: string; ipv4?: string; ipv6?: string; macs?: string[]; model?: string; firmware?: string
  device?: string; uptime_s?: number; latitude?: string; longitude?: string; clients?: number
  gateway?: 'unknown' | 'good' | 'fair' | 'poor' | 'sick'; same_name?: boolean
}
export interface Nodes { self: string; clouds: { id: string; domain?: string; own?: boolean; nodes: number }[]; nodes: MeshNode[] }
export interface LinkEnd {
  node?: string; name?: string; port?: string; address?: string; quality?: number; tq?: number; kbps?: number
  seen_ms?: number; signal?: number; chains?: number[]; rx_kbps?: number; tx_kbps?: number; channel?: number
  cost?: number; rxcost?: number; txcost?: number; age_s?: number
}
export interface Link { kind: 'wifi' | 'batman' | 'babel'; key: string; quality?: number; reference?: 'ok' | 'new' | 'worse' | 'down'; ends: LinkEnd[] }
export interface Links { links: Link[] }
export interface LinkHistory {
  step_s: number; now_s: number
  links: { kind: string; key: string; port?: string; node?: string; name?: string; points: (number | null)[] }[]
}

export interface Finding {
  kind: string; severity: 'wrong' | 'warning' | 'hint'; text: string; do?: string
  name?: string; node?: string; port?: string; [parameter: string]: unknown
}
export interface Diagnosis { well: boolean; findings: Finding[] }
export interface Hop {
  n: number; name?: string; address?: string; kind: 'self' | 'node' | 'gateway' | 'internet'; port?: string
  delay_ms?: number; loss_percent?: number; sent?: number
}
export interface Path { family: number; by: string; measured?: boolean; measured_s_ago?: number; hops: Hop[]; complete?: boolean }

export interface Gateway {
  name: string; self?: boolean; words?: string; address?: string; offer?: 'open' | 'members' | 'closed'; hours?: string
  limit_kbps?: number; choosable?: boolean; not_choosable?: string
  ipv4?: { health: string; delay_ms?: number; loss_percent?: number }
  ipv6?: { health: string; delay_ms?: number; loss_percent?: number }
  down_kbps?: number; up_kbps?: number; load_kbps?: number; since_s?: number
  path?: { state: string; delay_ms?: number; loss_percent?: number; hops?: number }
  cost?: number; used?: string[]; clients?: string[]
}
export interface Choice { client?: string; gateway?: string; in_use?: boolean; here?: boolean; why?: string; by?: string }
export interface Gateways {
  gateways: Gateway[]; reason?: string; order?: string[]
  node?: { gateway?: string; by?: string; in_use?: boolean }; choices?: Choice[]; asker?: Choice
}

export interface Setting {
  name: string; option: string; group: string; type: 'text' | 'secret' | 'choice' | 'number' | 'bool' | 'list'
  value?: string | string[] | number | boolean; set?: boolean; from?: string; file?: string; line?: number
  inherited?: string; choices?: string[]; doc?: string
}
export interface Settings {
  settings: Setting[]
  pending?: { id: number; seconds_left: number; changes: Change[] } | null
  first_start?: boolean
}
export interface Change { name: string; option?: string; from?: string; to?: string; secret?: boolean }
export interface Preview {
  accepted: boolean; changes?: Change[]; effects?: { kind: string; text: string; from?: string; to?: string }[]
  interruptions?: { kind: string; who: string; port?: string; seconds?: number; text: string }[]
  cuts_off?: boolean; plan?: string[]; warnings?: string[]; errors?: { name: string; option?: string; text: string }[]
}
export interface Applied extends Preview { id?: number; confirm_s?: number; undone?: boolean }
export interface History {
  history: { id: number; time: number; kind: string; by?: string; state: 'pending' | 'kept' | 'undone'; undone_by?: number; changes: Change[] }[]
}
export interface FirstStart { new: boolean; reason?: string; name?: string; wifi?: string; address?: string }
export interface HeardNetworks {
  searching?: boolean
  networks: {
    id: string; network_name?: string; node?: string; by?: 'cable' | 'air'; quality_percent?: number; needs_secret?: boolean
    state: string; text?: string
  }[]
}
export interface Progress {
  task: 'join' | 'start' | 'none'; step?: string; text?: string; expected_s?: number; id?: number
  steps?: { step: string; state: 'done' | 'now' | 'todo' | 'failed'; seconds?: number; text?: string }[]
  error?: { kind: string; text: string }
}
export interface Story {
  client?: { name?: string; mac?: string; ipv4?: string; ipv6?: string[]; port?: string }
  anycast?: { mac?: string; ipv4?: string; ipv6?: string; interface?: string }
  filter?: string[]
  cloud?: { network_name?: string; network_id?: string; vlan?: number; interface?: string; n_nodes?: number; nodes?: unknown[] }
  babel?: { vlan?: number; next?: { name?: string; address?: string; port?: string; cost?: number } }
  exit?: { family?: number; by?: string; name?: string; why?: string[] }
  commands?: string[]
}

/** Every method that the page calls: what it takes and what it answers. */
export interface Methods {
  status: [{}, Status]
  nodes: [{}, Nodes]
  links: [{}, Links]
  link_history: [{ key?: string }, LinkHistory]
  diagnosis: [{}, Diagnosis]
  path: [{ family?: number }, Path]
  packet_story: [{ client?: string }, Story]
  clients: [{}, { clients: Client[] }]
  gateways: [{}, Gateways]
  gateway_use: [{ gateway: string; client?: string; node?: boolean }, Choice]
  gateway_automatic: [{ client?: string; node?: boolean }, Choice]
  settings_get: [{}, Settings]
  settings_preview: [{ changes: string[] }, Preview]
  settings_apply: [{ changes: string[]; confirm_s?: number }, Applied]
  settings_confirm: [{ id: number }, { confirmed: boolean }]
  settings_history: [{}, History]
  settings_undo: [{ id: number; confirm_s?: number }, Applied]
  first_start: [{}, FirstStart]
  networks: [{}, HeardNetworks]
  join: [{ network?: string; invite?: string; secret?: string; name: string }, { task: string }]
  start: [{ network_name: string; wifi_password?: string; name: string; country?: string }, { task: string }]
  progress: [{}, Progress]
  invite: [{}, { text: string; network_name?: string; needs_secret?: boolean }]
  report: [{}, { text: string }]
  notes_get: [{}, { notes: string }]
  notes_set: [{ notes: string }, { notes: string }]
  session_get: [{}, { rights: Rights; expires_s?: number; password_set?: boolean }]
  session_logout: [{}, {}]
  password_set: [{ which: 'node' | 'community'; password: string }, {}]
  set_reference: [{ table?: string }, { rows: Record<string, number> }]
  forget_node: [{ hostname: string }, {}]
}
export type Method = keyof Methods

export type Rights = 'none' | 'node' | 'community'

/** Why a call has no answer. */
export type Failure =
  | { why: 'unreachable' } // nothing came back: the radio, the cable, or the node is off
  | { why: 'missing' } // this node's program is older than the page, or the part is switched off
  | { why: 'password' } // it needs the password
  | { why: 'over' } // the session has ended
  | { why: 'slow'; seconds: number } // too many wrong passwords
  | { why: 'refused'; text: string; kind?: string } // the node says no, and why
export class CallError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.why)
  }
}

const TIME_OUT_MS = 35000
// What carries a secret is sealed always; what needs a right, as soon as there is a session that may have it.
const SECRET: Method[] = ['join', 'start', 'settings_preview', 'settings_apply', 'password_set']
const RIGHT: Method[] = ['settings_confirm', 'settings_undo', 'gateway_use', 'gateway_automatic', 'report', 'notes_set', 'session_get', 'session_logout', 'set_reference', 'forget_node']
let next = 1

interface Answer { result?: unknown; sealed?: string; error?: { code?: number; message?: string; data?: { kind?: string; retry_s?: number } } }

/** Turns an answer of JSON-RPC into the result, or tells why there is none. */
export function readAnswer(answer: Answer, unseal?: (text: string) => Answer): unknown {
  if (answer.sealed !== undefined && unseal) return readAnswer(unseal(answer.sealed))
  const error = answer.error
  if (!error) return answer.result
  switch (error.code) {
    case -32601:
      throw new CallError({ why: 'missing' })
    case -32001:
      throw new CallError({ why: 'password' })
    case -32002:
      throw new CallError({ why: 'over' })
    case -32004:
      throw new CallError({ why: 'slow', seconds: error.data?.retry_s ?? 10 })
    default:
      throw new CallError({ why: 'refused', text: error.message ?? '', kind: error.data?.kind })
  }
}

async function post(body: object): Promise<Response> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), TIME_OUT_MS)
  try {
    return await fetch('/rpc', {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body), signal: stop.signal, cache: 'no-store',
    })
  } catch {
    throw new CallError({ why: 'unreachable' })
  } finally {
    clearTimeout(timer)
  }
}

/** One call over the wire, as it is. */
export async function exchange(method: string, params: object, seal?: { body: object; unseal: (text: string) => Answer }): Promise<unknown> {
  const response = await post({ jsonrpc: '2.0', id: next++, ...(seal ? seal.body : { method, params }) })
  if (response.status === 404 || response.status === 405) throw new CallError({ why: 'missing' })
  let answer: Answer
  try {
    answer = await response.json()
  } catch {
    throw new CallError({ why: 'unreachable' })
  }
  return readAnswer(answer, seal?.unseal)
}

function hasSession(): boolean {
  try {
    return sessionStorage.getItem('weft.session') !== null
  } catch {
    return false
  }
}

export async function call<M extends Method>(method: M, params: Methods[M][0]): Promise<Methods[M][1]> {
  if (SECRET.includes(method) || (RIGHT.includes(method) && hasSession())) {
    const session = await import('./session.ts')
    return (await session.sealed(method, params)) as Methods[M][1]
  }
  return (await exchange(method, params)) as Methods[M][1]
}
