// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
import { useState } from 'preact/hooks'
import { call, CallError, type Applied, type Failure, type Preview, type Setting } from '../api.ts'
import { clock, language, maybe, span, t, type Key } from '../i18n/i18n.ts'
import { refresh, useCall } from '../live.ts'
import { changesOf, type Drafts } from '../pure/settings.ts'
import { Confirm } from '../ui/confirm.tsx'
import { Learn } from '../ui/learn.tsx'
import { Login } from '../ui/login.tsx'
import { Password } from '../ui/password.tsx'
import { Field, NoAnswer, Rich, Secret, Title, toast } from '../ui/parts.tsx'

// The usual time in the middle; the longer one for who has to walk to the other end of a link.
const CONFIRM_S = [30, 90, 300]
const GROUPS = ['node', 'wifi', 'radio', 'port', 'place', 'gateway', 'access']

export function labelOf(setting: { name: string; option?: string; doc?: string }): string {
  const port = /^port\.(.+)$/.exec(setting.name)
  if (port) return t('set_port', { name: port[1] })
  return maybe('set_' + setting.name.replace(/\W/g, '_')) ?? setting.option ?? setting.name
}

function Control({ setting, draft, change }: { setting: Setting; draft: string | undefined; change: (value: string) => void }) {
  const label = labelOf(setting)
  const now = Array.isArray(setting.value) ? setting.value.join(' ') : setting.value === undefined ? '' : String(setting.value)
  const value = draft ?? now
  const hint = [maybe('hint_' + setting.name.replace(/\W/g, '_')) ?? (language === 'en' ? setting.doc : undefined), !setting.set && setting.from && setting.type !== 'secret' ? t('from_' + setting.from as Key) : undefined].filter(Boolean).join(' ')
  if (setting.type === 'secret') return <Secret label={label} hint={hint || (setting.set ? t('secret_set') : undefined)} value={draft ?? ''} placeholder={setting.set ? '••••••••' : ''} autocomplete="new-password" onInput={(e) => change(e.currentTarget.value)} />
  if (setting.type === 'bool') {
    const on = value === 'true' || value === '1'
    return <label class="pick"><input type="checkbox" checked={on} onChange={(e) => change(e.currentTarget.checked ? '1' : '0')} /><span class="grow"><b>{label}</b>{hint && <span class="hint">{hint}</span>}</span></label>
  }
  if (setting.type === 'choice' && setting.choices?.length) {
    return (
      <Field label={label} hint={hint}>
        <select value={value} onChange={(e) => change(e.currentTarget.value)}>
          {!setting.choices.includes(value) && <option value={value}>{value || '–'}</option>}
          {setting.choices.map((choice) => <option key={choice} value={choice}>{maybe('choice_' + choice.replace(/\W/g, '_')) ?? choice}</option>)}
        </select>
      </Field>
    )
  }
  return <Field label={label} hint={hint}><input value={value} inputMode={setting.type === 'number' ? 'decimal' : undefined} autocapitalize="off" spellcheck={false} onInput={(e) => change(e.currentTarget.value)} /></Field>
}

/** What a change will do, before it is done. */
function PreviewCard({ preview, apply, back, busy }: { preview: Preview; apply: (confirm_s: number) => void; back: () => void; busy: boolean }) {
  const [confirm, setConfirm] = useState(CONFIRM_S[1])
  if (!preview.accepted) {
    return (
      <section class="card tone-bad" role="alert">
        <h2>{t('not_possible')}</h2>
        <ul class="tight">{preview.errors?.map((error, i) => <li key={i}><b>{labelOf(error)}</b>: {error.text}</li>)}</ul>
        <button onClick={back}>{t('back')}</button>
      </section>
    )
  }
  return (
    <section class="card" aria-live="polite">
      <h2>{t('preview_title')}</h2>
      <ul class="stack">
        {preview.effects?.map((effect, i) => <li key={i} class="row"><span aria-hidden="true">•</span><span>{maybe('effect_' + effect.kind, { from: effect.from, to: effect.to }) ?? effect.text}</span></li>)}
      </ul>
      {preview.interruptions?.map((each, i) => <p key={i} class="fair"><b>{t(`cut_${each.who}` as Key, { time: span(each.seconds ?? 10) })}</b></p>)}
      {!preview.interruptions?.length && <p class="good">{t('cut_nobody')}</p>}
      {preview.cuts_off && <p class="bad"><b>{t('cuts_off')}</b></p>}
      {preview.warnings?.map((warning, i) => <p key={i} class="fair" lang="en">{warning}</p>)}
      <p class="small soft"><Rich text={t('rollback_about')} /></p>
      <Field label={t('undo_after')}>
        <select value={confirm} onChange={(e) => setConfirm(Number(e.currentTarget.value))}>{CONFIRM_S.map((each) => <option key={each} value={each}>{span(each)}</option>)}</select>
      </Field>
      <div class="row wrap"><button class="main" disabled={busy} onClick={() => apply(confirm)}>{t('apply')}</button><button disabled={busy} onClick={back}>{t('back')}</button></div>
      {preview.plan && preview.plan.length > 0 && <details><summary class="small">{t('for_experts')}</summary><pre tabIndex={0}>{preview.plan.join('\n')}</pre></details>}
    </section>
  )
}

function Past({ undo }: { undo: (id: number) => void }) {
  const { data } = useCall('settings_history')
  if (!data?.history.length) return null
  return (
    <section class="card flush">
      <h2>{t('history_title')}</h2>
      <ul class="list">
        {data.history.map((entry) => (
          <li key={entry.id} class="item">
            <span class="grow">
              {entry.changes.map((change) => <span key={change.name} style={{ display: 'block' }}><b>{labelOf(change)}</b>{change.secret ? '' : `: ${change.from || '–'} → ${change.to || '–'}`}</span>)}
              <small>{clock(entry.time * 1000)} · {t(`state_${entry.state}` as Key)}</small>
            </span>
            {entry.state === 'kept' && !entry.undone_by && <button onClick={() => undo(entry.id)}>{t('take_back')}</button>}
          </li>
        ))}
      </ul>
    </section>
  )
}

export default function Settings() {
  const { data, failure } = useCall('settings_get')
  const [drafts, setDrafts] = useState<Drafts>({})
  const [preview, setPreview] = useState<Preview | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const [login, setLogin] = useState<null | (() => void)>(null)
  const changes = data ? changesOf(data.settings, drafts) : []

  const attempt = async (what: () => Promise<void>) => {
    setBusy(true)
    setError('')
    try {
      await what()
      setLogin(null)
    } catch (reason) {
      const why: Failure = reason instanceof CallError ? reason.failure : { why: 'unreachable' }
      if (why.why === 'password') setLogin(() => () => void attempt(what))
      // The answer of a change that moved the Wi-Fi may be lost with it: what is pending tells.
      else if (why.why === 'unreachable') refresh()
      else setError(why.why === 'refused' ? t('fail_refused', { why: why.text }) : maybe('fail_' + why.why, { n: 'seconds' in why ? why.seconds : '' }) ?? '')
    } finally {
      setBusy(false)
    }
  }
  const applied = (answer: Applied) => {
    setPreview(null)
    setDrafts({})
    refresh()
    if (answer.undone) toast(t('state_undone'))
  }
  const look = () => attempt(async () => setPreview(await call('settings_preview', { changes })))
  const apply = (confirm_s: number) => attempt(async () => applied(await call('settings_apply', { changes, confirm_s })))
  const undo = (id: number) => void attempt(async () => applied(await call('settings_undo', { id, confirm_s: CONFIRM_S[1] })))

  const groups = GROUPS.concat([...new Set(data?.settings.map((setting) => setting.group))].filter((group) => !GROUPS.includes(group)))
  return (
    <div class="stack">
      <Title>{t('page_settings')}</Title>
      {!data && <NoAnswer failure={failure} />}
      {data?.pending && <Confirm pending={data.pending} />}
      {login && <Login done={login} />}
      {error && <p class="card tone-bad" role="alert">{error}</p>}
      {preview && <PreviewCard preview={preview} apply={(confirm_s) => void apply(confirm_s)} back={() => setPreview(null)} busy={busy} />}
      {data && !preview && !data.pending && (
        <form class="stack" onSubmit={(event) => { event.preventDefault(); void look() }}>
          <p class="soft">{t('settings_about')}</p>
          {groups.map((group) => {
            const own = data.settings.filter((setting) => setting.group === group)
            if (!own.length) return null
            return (
              <details class="card" key={group} open={group === 'node'}>
                <summary><h2 style={{ display: 'inline' }}>{maybe('group_' + group) ?? group}</h2></summary>
                {own.map((setting) => <Control key={setting.name} setting={setting} draft={drafts[setting.name]} change={(value) => setDrafts({ ...drafts, [setting.name]: value })} />)}
              </details>
            )
          })}
          {changes.length > 0 && (
            <div class="card" style={{ position: 'sticky', bottom: '78px', zIndex: 4 }}>
              <div class="row wrap"><span class="grow" role="status">{t('changes_n', { n: changes.length })}</span><button type="button" onClick={() => setDrafts({})}>{t('discard')}</button><button class="main" disabled={busy}>{t('preview_do')}</button></div>
            </div>
          )}
        </form>
      )}
      <Notes />
      <Password />
      {!preview && <Past undo={undo} />}
      <Learn topic="settings" />
    </div>
  )
}

function Notes() {
  const { data } = useCall('notes_get')
  const [draft, setDraft] = useState<string | null>(null)
  const [login, setLogin] = useState(false)
  const [busy, setBusy] = useState(false)
  if (!data) return null
  const save = async () => {
    setBusy(true)
    try {
      await call('notes_set', { notes: draft ?? '' })
      setLogin(false)
      setDraft(null)
      refresh()
      toast(t('saved'))
    } catch (reason) {
      if (reason instanceof CallError && reason.failure.why === 'password') setLogin(true)
      else toast(t('fail_unreachable'))
    } finally {
      setBusy(false)
    }
  }
  return (
    <section class="card">
      <Field label={t('notes')} hint={t('notes_about')}><textarea rows={4} value={draft ?? data.notes} onInput={(e) => setDraft(e.currentTarget.value)} /></Field>
      {login && <Login done={() => void save()} />}
      {draft !== null && draft !== data.notes && <button class="main" disabled={busy} onClick={() => void save()}>{t('save')}</button>}
    </section>
  )
}
