// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// A new node: join what it hears, or start something new.
import { useEffect, useState } from 'preact/hooks'
import { call, CallError, type Failure, type HeardNetworks } from '../api.ts'
import { maybe, span, t, type Key } from '../i18n/i18n.ts'
import { refresh, useCall, useContact } from '../live.ts'
import { go, to, type Place } from '../router.ts'
import { nameProblem, slug } from '../pure/first.ts'
import { ofPercent } from '../pure/quality.ts'
import { Login, NewPassword } from '../ui/login.tsx'
import { Bars, Field, Item, NoAnswer, Rich, Secret, Title } from '../ui/parts.tsx'
import { Learn } from '../ui/learn.tsx'
import { Icon } from '../ui/icons.tsx'

const CONFIRM_S = 300

function errorText(reason: unknown): Failure {
  return reason instanceof CallError ? reason.failure : { why: 'unreachable' }
}
function Trouble({ failure, again }: { failure: Failure | null; again: () => void }) {
  if (!failure) return null
  if (failure.why === 'password') return <Login done={again} />
  return <div role="alert">{failure.why === 'refused' ? <p class="bad">{t('fail_refused', { why: failure.text })}</p> : <NoAnswer failure={failure} />}</div>
}

/** Before anything else the node gets its password: what follows is then allowed to who gave it. */
async function give(password: string): Promise<void> {
  if (!password) return
  const session = await import('../session.ts')
  await session.setPassword('node', password)
}
/** Whether the node has no password yet. */
function useUnset(): boolean {
  return useCall('session_get').data?.password_set === false
}
function NodeName({ value, set }: { value: string; set: (value: string) => void }) {
  return (
    <>
      <Field label={t('node_name')} hint={t('node_name_about')}><input value={value} autocapitalize="off" spellcheck={false} maxLength={32} onInput={(e) => set(slug(e.currentTarget.value))} /></Field>
      {value && nameProblem(value) && <p class="fair small" role="status">{t('name_short')}</p>}
    </>
  )
}

function Working() {
  const { data, failure } = useCall('progress', {}, 2000)
  const settings = useCall('settings_get', {}, 3000).data
  const contact = useContact()
  const [kept, setKept] = useState(false)
  const pending = settings?.pending?.id
  const waiting = data?.step === 'waiting' || data?.step === 'done'
  useEffect(() => {
    // That this question gets its answer is the proof that the node is reachable as it is now.
    if (!waiting || pending === undefined || kept || contact.state !== 'there') return
    call('settings_confirm', { id: pending }).then(() => {
      setKept(true)
      refresh()
    }, () => {})
  }, [waiting, pending, kept, contact.state])
  const failed = data?.step === 'failed'
  const done = kept || (data?.step === 'done' && pending === undefined)
  return (
    <section class={`card ${failed ? 'tone-bad' : done ? 'tone-good' : ''}`} aria-live="polite">
      <h2>{t(failed ? 'first_failed' : done ? 'first_done' : 'first_working')}</h2>
      <ol class="tight">
        {data?.steps?.map((step) => (
          <li key={step.step} class="row">
            {step.state === 'now' ? <span class="spin" aria-hidden="true" /> : <span class={step.state === 'done' ? 'good' : step.state === 'failed' ? 'bad' : 'none'} style={{ width: '20px' }}>{step.state === 'todo' ? '·' : <Icon name={step.state === 'done' ? 'check' : 'warn'} size={20} />}</span>}
            <span class="grow">{maybe('step_' + step.step) ?? step.text}<span class="sr"> {t(`step_is_${step.state}` as Key)}</span></span>
            {step.seconds !== undefined && <span class="num small soft">{span(step.seconds)}</span>}
          </li>
        ))}
      </ol>
      {data?.error && <p><b>{maybe('first_error_' + data.error.kind) ?? data.error.text}</b></p>}
      {!data && <NoAnswer failure={failure} />}
      {contact.state === 'lost' && <p><Rich text={t('first_moved')} /></p>}
      {data?.expected_s !== undefined && !failed && !done && <p class="soft">{t('first_expected', { time: span(data.expected_s) })}</p>}
      {done && <a class="button main" href={to('home')}>{t('first_look')}</a>}
      {failed && <a class="button" href={to('first')}>{t('try_again')}</a>}
    </section>
  )
}

function Join({ invite }: { invite: string | null }) {
  const heard = useCall('networks', {}, 2000)
  const unset = useUnset()
  const [network, setNetwork] = useState<HeardNetworks['networks'][0] | null>(null)
  const [name, setName] = useState('')
  const [secret, setSecret] = useState('')
  const [password, setPassword] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)
  const [busy, setBusy] = useState(false)
  const [started, setStarted] = useState(false)
  if (started) return <Working />
  const send = async () => {
    setBusy(true)
    setFailure(null)
    try {
      const target = invite ? { invite } : { network: network!.network_name ?? network!.id }
      await give(unset ? password : '')
      await call('join', { ...target, name, ...(secret ? { secret } : {}) })
      setStarted(true)
    } catch (reason) {
      const why = errorText(reason)
      if (why.why === 'unreachable') setStarted(true)
      else setFailure(why)
    } finally {
      setBusy(false)
    }
  }
  if (!network && !invite) {
    return (
      <>
        <p class="soft">{t('join_about')}</p>
        {!heard.data && <NoAnswer failure={heard.failure} />}
        <ul class="card flush list" aria-busy={heard.data?.searching}>
          {heard.data?.networks.map((each) => each.state === 'ready'
            ? <li key={each.id}><button class="item plain" style={{ textAlign: 'left', borderRadius: 0 }} onClick={() => setNetwork(each)}><span class="grow"><b>{each.network_name}</b><small>{each.node && t('heard_at', { name: each.node })} {t(each.by === 'air' ? 'by_air' : 'by_cable')}</small></span>{each.quality_percent !== undefined && <Bars quality={ofPercent(each.quality_percent)} label />}<Icon name="right" size={18} /></button></li>
            : <Item key={each.id} title={each.network_name ?? each.node ?? '…'} under={maybe('heard_' + each.state.replace(/\W/g, '_')) ?? each.text} end={each.state === 'asking' && <span class="spin" aria-hidden="true" />} />)}
          {heard.data?.networks.length === 0 && <li class="item"><span class="spin" aria-hidden="true" /><span>{t('join_searching')}</span></li>}
        </ul>
        <p class="soft">{t('join_qr')}</p>
      </>
    )
  }
  const ready = !nameProblem(name) && (!network?.needs_secret || secret) && (!unset || password)
  return (
    <form class="stack" onSubmit={(event) => { event.preventDefault(); void send() }}>
      <div class="card tone-good"><h2>{t('join_this', { name: network?.network_name ?? t('join_invited') })}</h2></div>
      <section class="card">
        <NodeName value={name} set={setName} />
        {(network?.needs_secret || invite) && <Secret label={t('network_secret')} hint={t('network_secret_about')} value={secret} autocomplete="off" onInput={(e) => setSecret(e.currentTarget.value)} />}
        {unset && <NewPassword label={t('new_password')} take={setPassword} />}
      </section>
      <Trouble failure={failure} again={() => void send()} />
      <div class="row wrap"><button class="main" disabled={!ready || busy}>{t('join_do')}</button>{!invite && <button type="button" onClick={() => setNetwork(null)}>{t('back')}</button>}</div>
      <p class="small soft"><Rich text={t('first_safe', { n: CONFIRM_S / 60 })} /></p>
    </form>
  )
}

function Start() {
  const unset = useUnset()
  const [network, setNetwork] = useState('')
  const [name, setName] = useState('')
  const [wifi, setWifi] = useState('')
  const [country, setCountry] = useState((navigator.language.split('-')[1] ?? '').toUpperCase().slice(0, 2))
  const [password, setPassword] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)
  const [busy, setBusy] = useState(false)
  const [started, setStarted] = useState(false)
  if (started) return <Working />
  const send = async () => {
    setBusy(true)
    setFailure(null)
    try {
      await give(unset ? password : '')
      await call('start', { network_name: network.trim(), name, ...(wifi ? { wifi_password: wifi } : {}), ...(country ? { country } : {}) })
      setStarted(true)
    } catch (reason) {
      const why = errorText(reason)
      if (why.why === 'unreachable') setStarted(true)
      else setFailure(why)
    } finally {
      setBusy(false)
    }
  }
  const wifiShort = wifi.length > 0 && wifi.length < 8
  const ready = network.trim() && !nameProblem(name) && (!unset || password) && !wifiShort && (!country || /^[A-Z]{2}$/.test(country))
  return (
    <form class="stack" onSubmit={(event) => { event.preventDefault(); void send() }}>
      <section class="card">
        <Field label={t('network_name')} hint={t('network_name_about')}><input value={network} maxLength={32} onInput={(e) => setNetwork(e.currentTarget.value)} /></Field>
        <NodeName value={name} set={setName} />
        {unset && <NewPassword label={t('new_password')} take={setPassword} />}
        <Secret label={t('wifi_password_maybe')} hint={t('wifi_password_about')} value={wifi} autocomplete="off" onInput={(e) => setWifi(e.currentTarget.value)} />
        {wifiShort && <p class="fair small" role="status">{t('wifi_short')}</p>}
        <Field label={t('country')} hint={t('country_about')}><input value={country} maxLength={2} autocapitalize="characters" onInput={(e) => setCountry(e.currentTarget.value.toUpperCase())} /></Field>
      </section>
      <Trouble failure={failure} again={() => void send()} />
      <button class="main" disabled={!ready || busy}>{t('start_do')}</button>
      <p class="small soft"><Rich text={t('first_safe', { n: CONFIRM_S / 60 })} /></p>
    </form>
  )
}

export default function First({ place }: { place: Place }) {
  const { data, failure } = useCall('first_start')
  const step = place.args[0]
  const missing = !data && failure
  return (
    <div class="stack">
      <Title>{t(step === 'join' ? 'first_join' : step === 'start' ? 'first_start' : step === 'working' ? 'first_working' : 'first_title')}</Title>
      {missing && <NoAnswer failure={failure} />}
      {data && !data.new && !step && <p class="card tone-fair">{t('first_already')}</p>}
      {step === 'join' && <Join invite={place.query.get('invite')} />}
      {step === 'start' && <Start />}
      {step === 'working' && <Working />}
      {!step && (
        <>
          <p>{t('first_about')}</p>
          <ul class="card flush list">
            <Item href={to('first', 'join')} icon={<Icon name="links" />} title={t('first_join')} under={t('first_join_about')} />
            <Item href={to('first', 'start')} icon={<Icon name="node" />} title={t('first_start')} under={t('first_start_about')} />
          </ul>
          <p class="soft">{t('join_qr')}</p>
        </>
      )}
      {step && step !== 'working' && <button class="plain" onClick={() => go('first')}><Icon name="left" />{t('back')}</button>}
      <Learn topic="first" />
    </div>
  )
}
