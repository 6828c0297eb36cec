// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
import { useState } from 'preact/hooks'
import { call, CallError, type Failure } from '../api.ts'
import { t } from '../i18n/i18n.ts'
import { useCall } from '../live.ts'
import { findings } from '../pure/network.ts'
import { plainReport } from '../pure/report.ts'
import { Hero } from '../ui/finding.tsx'
import { Login } from '../ui/login.tsx'
import { NoAnswer, Title, toast } from '../ui/parts.tsx'
import { Learn } from '../ui/learn.tsx'

export default function Help() {
  const status = useCall('status').data
  const diagnosis = useCall('diagnosis').data
  const [text, setText] = useState('')
  const [failure, setFailure] = useState<Failure | null>(null)
  const [busy, setBusy] = useState(false)
  const make = async () => {
    setBusy(true)
    setFailure(null)
    try {
      setText((await call('report', {})).text)
    } catch (reason) {
      const why: Failure = reason instanceof CallError ? reason.failure : { why: 'unreachable' }
      // Without the password there is still what everybody may see.
      if (why.why === 'missing' && status) setText(plainReport(status))
      else setFailure(why)
    } finally {
      setBusy(false)
    }
  }
  const copy = async () => {
    const area = document.querySelector<HTMLTextAreaElement>('#report')
    area?.select()
    // navigator.clipboard needs HTTPS.
    document.execCommand('copy')
    toast(t('copied'))
  }
  const save = () => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
    link.download = `weft-${status?.node.name ?? 'node'}.txt`
    link.click()
  }
  return (
    <div class="stack">
      <Title>{t('page_help')}</Title>
      {status && <Hero findings={diagnosis?.findings ?? findings(status)} />}
      <section class="card">
        <h2>{t('try_first')}</h2>
        <ol class="tight" style={{ listStyle: 'decimal', paddingLeft: '1.4em' }}>
          {(['help_1', 'help_2', 'help_3', 'help_4'] as const).map((key) => <li key={key}>{t(key)}</li>)}
        </ol>
      </section>
      <section class="card">
        <h2>{t('report_title')}</h2>
        <p class="soft">{t('report_about')}</p>
        {failure?.why === 'password' ? <Login done={() => void make()} /> : failure && <NoAnswer failure={failure} />}
        {text && <textarea id="report" rows={14} readOnly class="mono" aria-label={t('report_title')} value={text} />}
        <div class="row wrap">
          <button class={text ? '' : 'main'} disabled={busy} onClick={() => void make()}>{t(text ? 'report_again' : 'report_do')}</button>
          {text && <button class="main" onClick={() => void copy()}>{t('copy')}</button>}
          {text && <button onClick={save}>{t('save_file')}</button>}
        </div>
      </section>
      <Learn topic="help" />
    </div>
  )
}
