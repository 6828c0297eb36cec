// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// What the page knows of the node, kept up to date without asking all the time: the node says by an
// event that something changed, and only what is on the screen is asked for again.
import { useEffect, useState } from 'preact/hooks'
import { call, CallError, type Failure, type Method, type Methods } from './api.ts'

export interface Answer<T> { data?: T; at?: number; failure?: Failure }
type Watcher = () => void
interface Topic { answer: Answer<unknown>; watchers: Set<Watcher>; every: number; asking: boolean; asked: number; stale: boolean }

const topics = new Map<string, Topic>()
const KEPT = ['status', 'nodes', 'links', 'gateways', 'diagnosis'] // shown at once at the next visit
const SLOWEST_MS = 30000

/* ---- is the node there? ---- */
export interface Contact { state: 'starting' | 'there' | 'lost'; since: number }
let contact: Contact = { state: 'starting', since: Date.now() }
const contactWatchers = new Set<Watcher>()
let misses = 0
function setContact(state: Contact['state']): void {
  if (state === contact.state) return
  contact = { state, since: Date.now() }
  contactWatchers.forEach((tell) => tell())
}
function heard(): void {
  misses = 0
  const back = contact.state === 'lost'
  setContact('there')
  if (back) refresh()
}
function missed(): void {
  misses++
  setContact('lost')
}
export function useContact(): Contact {
  return useWatched(contactWatchers, () => contact)
}
function useWatched<T>(watchers: Set<Watcher>, read: () => T): T {
  const [, redraw] = useState(0)
  useEffect(() => {
    const tell = () => redraw((n) => n + 1)
    watchers.add(tell)
    return () => {
      watchers.delete(tell)
    }
  }, [watchers])
  return read()
}

/* ---- questions ---- */
function keyOf(method: string, params: object): string {
  const text = JSON.stringify(params)
  return text === '{}' ? method : method + text
}
function topicOf(key: string, every: number): Topic {
  let topic = topics.get(key)
  if (!topic) {
    topic = { answer: remembered(key), watchers: new Set(), every, asking: false, asked: 0, stale: true }
    topics.set(key, topic)
  }
  topic.every = Math.min(topic.every, every)
  return topic
}
function remembered(key: string): Answer<unknown> {
  try {
    return KEPT.includes(key) ? JSON.parse(localStorage.getItem('weft.' + key) ?? '{}') : {}
  } catch {
    return {}
  }
}
function remember(key: string, answer: Answer<unknown>): void {
  if (!KEPT.includes(key)) return
  try {
    localStorage.setItem('weft.' + key, JSON.stringify(answer))
  } catch {
    // A full or forbidden store is no reason to stop.
  }
}

async function ask<M extends Method>(key: string, topic: Topic, method: M, params: Methods[M][0]): Promise<void> {
  if (topic.asking) return
  topic.asking = true
  topic.stale = false
  topic.asked = Date.now()
  try {
    const data = await call(method, params)
    topic.answer = { data, at: Date.now() }
    remember(key, topic.answer)
    heard()
  } catch (error) {
    const failure: Failure = error instanceof CallError ? error.failure : { why: 'unreachable' }
    topic.answer = { ...topic.answer, failure }
    if (failure.why === 'unreachable') missed()
    else heard()
  } finally {
    topic.asking = false
    topic.watchers.forEach((tell) => tell())
  }
}

/** The answer of a method that reads, kept up to date as long as it is on the screen. */
export function useCall<M extends Method>(method: M, params: Methods[M][0] = {} as Methods[M][0], every = SLOWEST_MS): Answer<Methods[M][1]> {
  const key = keyOf(method, params)
  const topic = topicOf(key, every)
  const [, redraw] = useState(0)
  useEffect(() => {
    const tell = () => redraw((n) => n + 1)
    const look = () => {
      if (document.hidden) return
      const age = Date.now() - topic.asked
      const pause = contact.state === 'lost' ? Math.min(1000 * 2 ** Math.min(misses, 4), 10000) : topic.every
      if (topic.answer.failure?.why === 'missing' && age < 60000) return
      if (topic.stale || age >= pause) void ask(key, topic, method, params)
    }
    topic.watchers.add(tell)
    if (Date.now() - topic.asked > 1000) topic.stale = true
    look()
    const timer = setInterval(look, 500 + Math.random() * 100)
    return () => {
      clearInterval(timer)
      topic.watchers.delete(tell)
      if (!topic.watchers.size) topic.every = SLOWEST_MS
    }
  }, [key])
  return topic.answer as Answer<Methods[M][1]>
}

/** Asks again for all that is on the screen. */
export function refresh(): void {
  topics.forEach((topic) => (topic.stale = true))
}

/* ---- events ---- */
const CHECK_MS = 4000
const eventWatchers = new Set<(event: Record<string, unknown>) => void>()
export function useEvents(take: (event: Record<string, unknown>) => void): void {
  useEffect(() => {
    eventWatchers.add(take)
    return () => {
      eventWatchers.delete(take)
    }
  }, [take])
}
let source: EventSource | null = null
let spoke = 0
let calm = 0
function soon(): void {
  // Many events at once are one question; a hundred phones do not ask in the same instant.
  if (calm) return
  calm = window.setTimeout(() => {
    calm = 0
    refresh()
  }, 300 + Math.random() * 700)
}
function takeStatus(data: string): void {
  const topic = topicOf('status', SLOWEST_MS)
  topic.answer = { data: JSON.parse(data), at: Date.now() }
  topic.asked = Date.now()
  topic.stale = false
  remember('status', topic.answer)
  topic.watchers.forEach((tell) => tell())
}
function take(message: MessageEvent, use: (data: string) => void): void {
  spoke = Date.now()
  heard()
  try {
    use(message.data)
  } catch {
    // A line that cannot be read says at least that the node is there.
  }
}
function listen(): void {
  if (source || document.hidden || typeof EventSource === 'undefined') return
  spoke = Date.now()
  source = new EventSource('/events')
  source.onopen = () => {
    spoke = Date.now()
    heard()
  }
  source.addEventListener('status', (message) => take(message, takeStatus))
  source.addEventListener('happened', (message) =>
    take(message, (data) => {
      soon()
      const event = JSON.parse(data) as Record<string, unknown>
      eventWatchers.forEach((tell) => tell(event))
    }),
  )
  source.onerror = () => {
    // Either the connection is lost, or there are too many viewers: a question tells which.
    if (source?.readyState === EventSource.CLOSED) rest()
    topicOf('status', SLOWEST_MS).stale = true
  }
}
function rest(): void {
  source?.close()
  source = null
}
/** Is the node there? Something small is fetched: a radio that went away does not say so. */
async function check(): Promise<void> {
  if (document.hidden) return
  if (!source) listen()
  if (Date.now() - spoke < CHECK_MS) return
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), CHECK_MS - 1000)
  try {
    await fetch('icon.svg', { method: 'HEAD', cache: 'no-store', signal: stop.signal })
    heard()
  } catch {
    missed()
  } finally {
    clearTimeout(timer)
  }
}
async function keepChecking(): Promise<void> {
  await check()
  setTimeout(keepChecking, (contact.state === 'lost' ? 1500 : CHECK_MS) + Math.random() * 500)
}
export function startLive(): void {
  const turned = () => {
    if (document.hidden) rest()
    else {
      listen()
      refresh()
    }
  }
  document.addEventListener('visibilitychange', turned)
  addEventListener('offline', missed)
  addEventListener('online', refresh)
  // First the answers that are on the screen, then the connection that stays open.
  setTimeout(listen, 50)
  setTimeout(keepChecking, CHECK_MS)
}
