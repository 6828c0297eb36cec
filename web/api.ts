// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// Made of the table of methods (src/api) by `make api`: do not edit.
export type Done = { steps: string[]; warnings: string[] }
export type StateTable = { table: string; doc: string; n_rows: number; n_own: number; n_unsigned: number; lifetime_s: number; age_s?: number }
export type StateRow = { row: string; node?: string; key_id?: string; signed: boolean; own: boolean; age_s: number; confirmed_s: number; left_s: number; value?: Record<string, unknown>; believed: boolean }
export type Rights = "none" | "node" | "community"
export type NetworkCloud = { id: string; domain?: string; own: boolean; nodes: number }
export type NetworkNode = { id: string; name: string; signed: boolean; self: boolean; state: "alive" | "gone" | "forgotten"; heard_s?: number; cloud?: string; domain?: string; ipv4?: string; ipv6?: string; macs?: string[]; model?: string; firmware?: string; device?: string; uptime_s?: number; latitude?: string; longitude?: string; clients?: number; gateway?: string; same_name?: boolean }
export type NetworkLink = { kind: "wifi" | "batman" | "babel"; key: string; quality: number; reference?: "ok" | "new" | "worse" | "down"; ends: NetworkEnd[] }
export type NetworkEnd = { node?: string; name?: string; port?: string; address: string; quality?: number; tq?: number; kbps?: number; seen_ms?: number; signal?: number; chains?: number[]; rx_kbps?: number; tx_kbps?: number; mhz?: number; channel?: number; cost?: number; rxcost?: number; txcost?: number; age_s?: number }
export type LinkHistory = { kind: "wifi" | "batman" | "babel"; key: string; port: string; address: string; name?: string; points: (number | null)[] }
export type Finding = { kind: string; severity: "wrong" | "warning" | "hint"; text: string; do: string; port?: string; node?: string; name?: string; detail?: string; family?: number; from?: number; to?: number; percent?: number; id?: number; seconds?: number }
export type Hop = { n: number; kind: "self" | "node" | "gateway" | "internet"; name?: string; address?: string; port?: string; delay_ms?: number; loss_percent?: number; sent?: number }
export type StoryClient = { name?: string; mac: string; ipv4?: string; ipv6?: string[]; port?: string }
export type StoryCloud = { network_name: string; network_id: string; vlan?: number; interface: string; n_nodes: number; nodes: string[] }
export type StoryBabel = { vlan?: number; next?: { name?: string; address: string; port: string; cost: number } }
export type HeardNetwork = { id: string; network_name?: string; node?: string; address: string; port: string; by: "cable" | "air"; needs_secret?: boolean; state: "asking" | "ready" | "no answer" | "not configured"; text: string }
export type Progress = { task: "none" | "join" | "start"; step?: string; text?: string; expected_s?: number; id?: number; error?: { kind: string; text: string }; steps?: { step: string; state: string; text: string; seconds?: number }[] }
export type Setting = { name: string; option: string; group: string; type: "text" | "secret" | "choice" | "number" | "bool" | "list"; value?: string | string[]; set: boolean; has_value?: boolean; from: "node" | "community" | "mac" | "defaults" | "nobody"; file?: string; line?: number; inherited?: string | string[]; choices?: string[]; doc?: string }
export type Change = { name: string; option: string; from?: string; to?: string; secret?: boolean }
export type Effect = { kind: string; text: string; port?: string; from?: string; to?: string }
export type Interruption = { kind: "wifi" | "cable" | "mesh" | "internet" | "all"; port?: string; seconds: number; text: string }
export type Preview = { accepted: boolean; changes: Change[]; effects?: Effect[]; interruptions?: Interruption[]; cuts_off?: boolean; plan?: string[]; warnings: string[] }
export type Applied = { accepted: boolean; changes: Change[]; effects?: Effect[]; interruptions?: Interruption[]; cuts_off?: boolean; plan?: string[]; warnings: string[]; id: number; confirm_s: number; steps: string[]; task?: string }
export type Refused = { accepted: boolean; errors: { name?: string; option?: string; text: string; file?: string; line?: number }[] }
export type Pending = { id: number; kind: string; seconds_left: number; changes: Change[] }
export type HistoryEntry = { id: number; time?: number; kind: string; by?: string; state: "pending" | "kept" | "undone"; undone_by?: number; changes: Change[] }

export interface Methods {
  /** Whether this node waits for a network. For anybody. */
  'first_start': { params: Record<string, never>; result: { new: boolean; reason?: string; name?: string; wifi?: string; address?: string } }
  /** The networks that this node hears; asking is what begins the search. For anybody. */
  'networks': { params: Record<string, never>; result: { searching: boolean; networks: HeardNetwork[] } }
  /** Makes this node a part of a network that it hears. For who is at the node itself while it has no password; else who knows it. */
  'join': { params: { network?: string; invite?: string; secret?: string; name?: string }; result: { task: string } }
  /** Begins a network with this node. For who is at the node itself while it has no password; else who knows it. */
  'start': { params: { network_name?: string; wifi_password?: string; name?: string; country?: string }; result: { task: string } }
  /** How far join or start is. For anybody. */
  'progress': { params: Record<string, never>; result: Progress }
  /** What to show to somebody who wants to join: the text of a QR code. For anybody. */
  'invite': { params: Record<string, never>; result: { text: string; network_name: string; needs_secret: boolean } }
  /** The gateways that are known, how they are, and who uses which. For anybody. */
  'gateways': { params: Record<string, never>; result: { gateways: { name: string; self: boolean; words?: string; address: string; offer: "open" | "members" | "closed"; hours?: string; limit_kbps?: number; choosable: boolean; not_choosable?: string; fault?: string; ipv4: { health: "unknown" | "sick" | "poor" | "fair" | "good"; delay_ms?: number; loss_percent?: number }; ipv6: { health: "unknown" | "sick" | "poor" | "fair" | "good"; delay_ms?: number; loss_percent?: number }; down_kbps?: number; up_kbps?: number; load_kbps: number; since_s: number; path: { state: "unknown" | "works" | "lost"; delay_ms?: number; loss_percent?: number; hops?: number; measured_s?: number }; cost?: number; used: ("ipv4" | "ipv6")[]; clients: string[] }[]; reason: string; order: string[]; node: { gateway?: string; by: "automatic" | "order" | "person"; chosen?: { gateway: string; in_use: boolean; why?: string; by?: string } }; choices: { client: string; here: boolean; gateway: string; in_use: boolean; why?: string; by?: string }[]; asker?: { client: string; gateway?: string; in_use?: boolean; why?: string; by?: string }; problem?: string } }
  /** Sends a client's packets, or all of this node's, by this gateway. For anybody, for their own device; for others a password is needed. */
  'gateway_use': { params: { gateway?: string; client?: string; node?: boolean }; result: { client?: string; gateway?: string; in_use?: boolean; why?: string } }
  /** Lets them go by the nearest gateway again, or as the configuration says. For anybody, for their own device; for others a password is needed. */
  'gateway_automatic': { params: { client?: string; node?: boolean }; result: { client?: string; gateway?: string; in_use?: boolean; why?: string } }
  /** What is wrong, the worst first, and what to do about it. For anybody. */
  'diagnosis': { params: Record<string, never>; result: { well: boolean; findings: Finding[] } }
  /** A text to send to somebody who can help; without passwords and keys. For who knows the node's or the community's password. */
  'report': { params: Record<string, never>; result: { text: string } }
  /** What people noted about this node. For anybody. */
  'notes_get': { params: Record<string, never>; result: { notes: string } }
  /** Notes something about this node. For who knows the node's or the community's password. */
  'notes_set': { params: { notes?: string }; result: { notes: string } }
  /** The devices on this node, with their names. For anybody. */
  'clients': { params: Record<string, never>; result: { node: string; clients: { name?: string; mac: string; ipv4?: string; ipv6?: string[]; port?: string; here_s?: number; idle_s?: number }[] } }
  /** All nodes of the network, present or not, and the clouds they form. For anybody. */
  'nodes': { params: Record<string, never>; result: { self: string; clouds: NetworkCloud[]; nodes: NetworkNode[] } }
  /** All links of the network, each as both of its ends see it. For anybody. */
  'links': { params: Record<string, never>; result: { links: NetworkLink[] } }
  /** How this node's links were over the last hours. For anybody. */
  'link_history': { params: { key?: string }; result: { step_s: number; now_s: number; links: LinkHistory[] } }
  /** Makes what this node sees now the state to compare with later. For who knows the node's or the community's password. */
  'set_reference': { params: { table?: string }; result: { rows: Record<string, number> } }
  /** Says that a node is gone for good. For who knows the node's or the community's password. */
  'forget_node': { params: { hostname?: string }; result: unknown }
  /** This node, its neighbours, clouds, gateways and clients. For anybody. */
  'status': { params: Record<string, never>; result: unknown }
  /** Reads the configuration again and makes the difference true. For who knows the node's or the community's password. */
  'reload': { params: Record<string, never>; result: { n_steps: number; steps: string[]; warnings: string[] } }
  /** Starts the machine again. For who knows the node's or the community's password. */
  'reboot': { params: Record<string, never>; result: {} }
  /** The plan that is in force. For who knows the node's or the community's password. */
  'plan': { params: { form?: "text" | "json" }; result: unknown }
  /** The node's key, and what has to be sealed with the password. For anybody. */
  'session_challenge': { params: Record<string, never>; result: { key: string; challenge: string; expires_s: number; password_set: boolean } }
  /** Begins a session. For anybody. */
  'session_login': { params: { key?: string; nonce?: string; sealed?: string }; result: { session: string; rights: Rights; expires_s: number } }
  /** What this session may do, and for how long without a call. For anybody. */
  'session_get': { params: Record<string, never>; result: { rights: Rights; expires_s: number; password_set: boolean } }
  /** Ends this session. For anybody. */
  'session_logout': { params: Record<string, never>; result: {} }
  /** Sets a password, and ends all other sessions. For who is at the node itself while it has no password; else who knows it. */
  'password_set': { params: { which?: "node" | "community"; password?: string }; result: {} }
  /** What can be changed, and what it is. For anybody. */
  'settings_get': { params: Record<string, never>; result: { settings: Setting[]; pending: Pending | null; first_start: boolean } }
  /** What a change would do, in words; nothing is done. For who knows the node's or the community's password. */
  'settings_preview': { params: { changes?: string[] }; result: Refused | Preview }
  /** Makes a change, which is undone unless settings_confirm follows in time. For who knows the node's or the community's password. */
  'settings_apply': { params: { changes?: string[]; confirm_s?: number }; result: Refused | Applied }
  /** Keeps a change: who asked for it still reaches the node. For who is at the node itself while it has no password; else who knows it. */
  'settings_confirm': { params: { id?: number }; result: { confirmed: boolean } }
  /** What was changed, the last twenty times. For anybody. */
  'settings_history': { params: Record<string, never>; result: { history: HistoryEntry[] } }
  /** Takes a change back, also after years. For who knows the node's or the community's password. */
  'settings_undo': { params: { id?: number; confirm_s?: number }; result: Refused | Applied | { accepted: boolean; id: number; undone: boolean } }
  /** The tables that the nodes share: how full, how fresh. For anybody. */
  'state': { params: Record<string, never>; result: { n_authors: number; bytes: number; n_refused: number; n_forged: number; n_evicted: number; tables: StateTable[] } }
  /** The rows of a table: who wrote them, how old they are, what they say. For anybody. */
  'state.rows': { params: { table?: string; key?: string }; result: { table: string; doc: string; n_rows: number; rows: StateRow[]; n_left_out: number } }
  /** The neighbours that the state is exchanged with, and in which words. For anybody. */
  'state.neighbours': { params: Record<string, never>; result: { neighbours: { address: string; link?: string; weft: boolean; async: boolean; http: boolean; heard_s: number }[] } }
  /** A type of the shared state as LibreMesh's nodes see it. For anybody. */
  'state.shared': { params: { data_type?: string }; result: Record<string, unknown> }
  /** The way to the Internet, router by router; asking is what makes it measured. For anybody. */
  'path': { params: { family?: number }; result: { family: number; by: string; measured: boolean; measured_s_ago?: number; hops: Hop[]; complete: boolean } }
  /** What becomes of a packet of a device, with this network's own names. For anybody. */
  'packet_story': { params: { client?: string }; result: { client?: StoryClient; anycast?: { mac: string; ipv4?: string; ipv6?: string; interface: string }; filter: string[]; cloud?: StoryCloud; babel?: StoryBabel; exit?: { family: number; by: string; name?: string; port?: string; why: string[] }; commands: string[] } }
}
