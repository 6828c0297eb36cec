// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// The dead man's switch: a change stays only if a page that still reaches the node says so.
import { useEffect, useState } from 'preact/hooks'
import { call, type Settings } from '../api.ts'
import { t } from '../i18n/i18n.ts'
import { refresh, useContact } from '../live.ts'
import { Login } from './login.tsx'
import { toast, useTick } from './parts.tsx'
import { CallError } from '../api.ts'

export function Confirm({ pending }: { pending: NonNullable<Settings['pending']> }) {
  const [until, setUntil] = useState(Date.now() + pending.seconds_left * 1000)
  const [busy, setBusy] = useState(false)
  const [login, setLogin] = useState<null | (() => void)>(null)
  const contact = useContact()
  useEffect(() => setUntil(Date.now() + pending.seconds_left * 1000), [pending.seconds_left, pending.id])
  useTick(1000)
  const left = Math.max(0, Math.round((until - Date.now()) / 1000))
  useEffect(() => {
    if (left === 0) refresh()
  }, [left === 0])
  const act = async (keep: boolean) => {
    setBusy(true)
    try {
      if (keep) await call('settings_confirm', { id: pending.id })
      else await call('settings_undo', { id: pending.id })
      setLogin(null)
      toast(t(keep ? 'state_kept' : 'state_undone'))
      refresh()
    } catch (reason) {
      if (reason instanceof CallError && reason.failure.why === 'password') setLogin(() => () => void act(keep))
      else toast(t('fail_unreachable'))
    } finally {
      setBusy(false)
    }
  }
  return (
    <section class="card tone-fair" aria-live="polite">
      <h2>{t('confirm_title')}</h2>
      <p>{t('confirm_about')}</p>
      <p class="num"><b>{t('confirm_left', { n: left })}</b></p>
      <div class="bar"><i style={{ width: Math.min(100, (left / 90) * 100) + '%' }} /></div>
      {login && <Login done={login} />}
      <div class="row wrap">
        <button class="main" disabled={busy || contact.state === 'lost'} onClick={() => void act(true)}>{t('confirm_keep')}</button>
        <button disabled={busy} onClick={() => void act(false)}>{t('confirm_undo')}</button>
      </div>
    </section>
  )
}
