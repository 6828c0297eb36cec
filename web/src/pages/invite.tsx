// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
import { t } from '../i18n/i18n.ts'
import { useCall } from '../live.ts'
import { qr } from '../pure/qr.ts'
import { NoAnswer, Title } from '../ui/parts.tsx'

/** The telephone's own camera reads it and opens the new node's page: no page may use a camera over plain HTTP. */
export function inviteAddress(text: string): string {
  return `http://thisnode.info/#/first/join?invite=${encodeURIComponent(text)}`
}
function Code({ text }: { text: string }) {
  const rows = qr(text)
  const n = rows.length
  const path = rows.map((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : '')).join('')).join('')
  return <svg viewBox={`-4 -4 ${n + 8} ${n + 8}`} role="img" aria-label={t('qr_label')} style={{ width: 'min(100%, 340px)', margin: '0 auto', background: '#fff', borderRadius: '12px' }} shape-rendering="crispEdges"><path d={path} fill="#000" /></svg>
}
export default function Invite() {
  const { data, failure } = useCall('invite')
  return (
    <div class="stack">
      <Title>{t('page_invite')}</Title>
      <p>{t('invite_about')}</p>
      {data ? <><Code text={inviteAddress(data.text)} /><p class="mono small" style={{ textAlign: 'center' }}>{data.text}</p><p class="soft">{t(data.needs_secret ? 'invite_secret' : 'invite_no_secret')}</p></> : <NoAnswer failure={failure} />}
    </div>
  )
}
