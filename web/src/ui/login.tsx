// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// Asks for the password where something needs it; never sends it in clear.
import { useState } from 'preact/hooks'
import { CallError } from '../api.ts'
import { t } from '../i18n/i18n.ts'
import { refresh } from '../live.ts'
import { Secret } from './parts.tsx'
import { Icon } from './icons.tsx'

export function Login({ done }: { done: () => void }) {
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const submit = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    setError('')
    try {
      const session = await import('../session.ts')
      await session.open(password)
      refresh()
      done()
    } catch (reason) {
      const failure = reason instanceof CallError ? reason.failure : undefined
      setError(
        failure?.why === 'slow' ? t('fail_slow', { n: failure.seconds })
        : failure?.why === 'refused' ? t('login_wrong')
        : failure?.why === 'missing' ? t('fail_missing')
        : t('fail_unreachable'),
      )
    } finally {
      setBusy(false)
    }
  }
  return (
    <form class="card stack" onSubmit={submit}>
      <h2 class="row"><Icon name="key" />{t('login_title')}</h2>
      <p class="soft">{t('login_why')}</p>
      {/* A name for password stores; nobody types it. */}
      <input class="sr" autocomplete="username" value="weft" readOnly tabIndex={-1} aria-hidden="true" />
      <Secret label={t('password')} autocomplete="current-password" required value={password} onInput={(e) => setPassword(e.currentTarget.value)} />
      {error && <p class="bad" role="alert">{error}</p>}
      <button class="main" disabled={busy || !password}>{t('login_do')}</button>
      <p class="small soft">{t('login_lost')}</p>
    </form>
  )
}
