// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// Asks for the password where something needs it; never sends it in clear.
import { useState } from 'preact/hooks'
import { CallError } from '../api.ts'
import { t } from '../i18n/i18n.ts'
import { passwordProblem } from '../pure/first.ts'
import { refresh, useCall } from '../live.ts'
import { Secret } from './parts.tsx'
import { Icon } from './icons.tsx'

/** Why a password was not taken, in words. */
export function refusal(reason: unknown): string {
  const failure = reason instanceof CallError ? reason.failure : undefined
  switch (failure?.why) {
    case 'slow':
      return t('fail_slow', { n: failure.seconds })
    case 'refused':
      return failure.kind === 'EACCES' ? t('login_wrong') : t('fail_refused', { why: failure.text })
    case 'missing':
      return t('fail_missing')
    case 'password':
    case 'over':
      return t('fail_password')
    default:
      return t('fail_unreachable')
  }
}

/** A new password, typed twice; `take` gets it as long as it is one that the node takes. */
export function NewPassword({ label, take }: { label: string; take: (password: string) => void }) {
  const [first, setFirst] = useState('')
  const [second, setSecond] = useState('')
  const typed = (one: string, other: string) => {
    setFirst(one)
    setSecond(other)
    take(one === other && !passwordProblem(one) ? one : '')
  }
  return (
    <>
      <Secret label={label} hint={t('new_password_about')} autocomplete="new-password" value={first} onInput={(e) => typed(e.currentTarget.value, second)} />
      {first && passwordProblem(first) && <p class="fair small" role="status">{t('password_short', { n: Math.max(0, 10 - first.length) })}</p>}
      <Secret label={t('password_again')} autocomplete="new-password" value={second} onInput={(e) => typed(first, e.currentTarget.value)} />
      {second && first !== second && <p class="fair small" role="status">{t('password_differs')}</p>}
    </>
  )
}

export function Login({ done }: { done: () => void }) {
  const state = useCall('session_get').data
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const isNew = state?.password_set === false
  const submit = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    setError('')
    try {
      const session = await import('../session.ts')
      if (isNew) await session.setPassword('node', password)
      else await session.open(password)
      refresh()
      done()
    } catch (reason) {
      setError(refusal(reason))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form class="card stack" onSubmit={submit}>
      <h2 class="row"><Icon name="key" />{t(isNew ? 'login_new_title' : 'login_title')}</h2>
      <p class="soft">{t(isNew ? 'login_new' : 'login_why')}</p>
      {/* A name for password stores; nobody types it. */}
      <input class="sr" autocomplete="username" value="weft" readOnly tabIndex={-1} aria-hidden="true" />
      {isNew ? <NewPassword label={t('new_password')} take={setPassword} />
      : <Secret label={t('password')} autocomplete="current-password" required value={password} onInput={(e) => setPassword(e.currentTarget.value)} />}
      {error && <p class="bad" role="alert">{error}</p>}
      <button class="main" disabled={busy || !password}>{t(isNew ? 'save' : 'login_do')}</button>
      {!isNew && <p class="small soft">{t('login_lost')}</p>}
    </form>
  )
}
