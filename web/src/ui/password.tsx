// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// One's own password: given, changed, and what is open with it.
import { useState } from 'preact/hooks'
import { call } from '../api.ts'
import { t } from '../i18n/i18n.ts'
import { refresh, useCall } from '../live.ts'
import { NewPassword, refusal } from './login.tsx'
import { Field, Secret, toast } from './parts.tsx'

type Which = 'node' | 'community'

export function Password() {
  const state = useCall('session_get').data
  const [which, setWhich] = useState<Which>('node')
  const [old, setOld] = useState('')
  const [next, setNext] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const [round, setRound] = useState(0) // the fields begin anew
  if (!state) return null
  const isNew = state.password_set === false
  const save = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    setError('')
    try {
      const session = await import('../session.ts')
      // A session that the old one opens is the proof that it is known.
      if (!isNew) await session.open(old)
      await session.setPassword(which, next)
      toast(t('password_changed'))
      setOld('')
      setNext('')
      setRound(round + 1)
      refresh()
    } catch (reason) {
      setError(refusal(reason))
    } finally {
      setBusy(false)
    }
  }
  const leave = async () => {
    const session = await import('../session.ts')
    await call('session_logout', {}).catch(() => {})
    session.forget()
    refresh()
  }
  return (
    <details class="card">
      <summary><h2 style={{ display: 'inline' }}>{t('password_change')}</h2></summary>
      {state.rights !== 'none' && <div class="row wrap"><span class="grow soft">{t('logged_in')}</span><button type="button" onClick={() => void leave()}>{t('log_out')}</button></div>}
      <form class="stack" onSubmit={(event) => void save(event)} key={round}>
        {isNew ? <p class="soft">{t('login_new')}</p>
        : <Secret label={t('password_old')} autocomplete="current-password" value={old} onInput={(e) => setOld(e.currentTarget.value)} />}
        {!isNew && (
          <Field label={t('password_whose')}>
            <select value={which} onChange={(e) => setWhich(e.currentTarget.value as Which)}>
              <option value="node">{t('password_node')}</option>
              <option value="community">{t('password_community')}</option>
            </select>
          </Field>
        )}
        <NewPassword label={t(isNew || which === 'node' ? 'new_password' : 'password')} take={setNext} />
        {error && <p class="bad" role="alert">{error}</p>}
        <button class="main" disabled={busy || !next || (!isNew && !old)}>{t('password_change')}</button>
      </form>
    </details>
  )
}
