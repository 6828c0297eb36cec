// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// The user's own network as a picture: what is lit tells what the packet does now.
import type { StepName } from '../i18n/en/learn.ts'
import type { Tale } from '../pure/story.ts'
import { t } from '../i18n/i18n.ts'

function Box({ x, y, name, lit, badge }: { x: number; y: number; name: string; lit: boolean; badge?: string }) {
  return (
    <g opacity={lit ? 1 : 0.55}>
      <rect x={x - 17} y={y - 9} width="34" height="20" rx="5" fill={lit ? 'var(--brand)' : 'var(--none)'} />
      <path d={`M${x - 8} ${y - 9}v-10M${x + 8} ${y - 9}v-10`} stroke={lit ? 'var(--brand)' : 'var(--none)'} stroke-width="3" stroke-linecap="round" />
      <circle cx={x - 9} cy={y + 1} r="2.5" fill="var(--card)" /><circle cx={x} cy={y + 1} r="2.5" fill="var(--card)" />
      <text x={x} y={y + 26} text-anchor="middle">{name.slice(0, 12)}</text>
      {badge && <text x={x} y={y - 25} text-anchor="middle" style={{ fontSize: '11px', fontWeight: 700, fill: 'var(--brand)' }}>{badge}</text>}
    </g>
  )
}
function Leg({ a, b, lit, dashed }: { a: [number, number]; b: [number, number]; lit: boolean; dashed?: boolean }) {
  return (
    <>
      <line x1={a[0]} y1={a[1]} x2={b[0]} y2={b[1]} stroke={lit ? 'var(--brand)' : 'var(--line)'} stroke-width={lit ? 4 : 3} stroke-linecap="round" stroke-dasharray={dashed ? '2 7' : undefined} />
      {lit && <line x1={a[0]} y1={a[1]} x2={b[0]} y2={b[1]} class="flow" stroke="var(--card)" stroke-width="3" stroke-linecap="round" />}
    </>
  )
}

export function Scene({ tale, step, title }: { tale: Tale; step: StepName; title: string }) {
  const path = (tale.path.length ? tale.path : [tale.node]).slice(0, 4)
  const aside = tale.cloudNodes.filter((name) => !path.includes(name)).slice(0, 2)
  const room = path.length > 1 ? 200 / (path.length - 1) : 0
  const at = (i: number): [number, number] => [62 + i * Math.min(room, 100), 128]
  const asideAt = (i: number): [number, number] => [110 + i * 92, 62]
  const inCloud = path.filter((name, i) => i === 0 || tale.cloudNodes.includes(name)).length
  const right = Math.max(at(inCloud - 1)[0], aside.length ? asideAt(aside.length - 1)[0] : 0) + 44
  const walked: [number, number] = aside.length ? asideAt(0) : at(Math.min(1, path.length - 1))
  const phone: [number, number] = step === 'walk' ? [walked[0] + 30, 196] : [62, 206]
  const home: [number, number] = step === 'walk' ? walked : at(0)
  const cloudLit = step === 'cloud' || step === 'walk'
  const way = step === 'babel' || step === 'exit'
  const globe: [number, number] = [334, 128]
  return (
    <svg class="scene" viewBox="0 0 360 236" role="img" aria-label={title} style={{ width: '100%' }}>
      <rect x="10" y="16" width={Math.min(340, right - 10)} height="150" rx="34" fill={cloudLit ? 'var(--brand-soft)' : 'none'} stroke={cloudLit || step === 'rule' ? 'var(--brand)' : 'var(--line)'} stroke-width="2" stroke-dasharray="6 5" />
      <text x="26" y="36" style={{ fontSize: '11px', fill: 'var(--soft)' }}>{t('scene_cloud')} {tale.cloud.slice(0, 26)}</text>
      {aside.map((name, i) => <Leg key={name} a={at(0)} b={asideAt(i)} lit={cloudLit} dashed={!cloudLit} />)}
      {path.slice(1).map((name, i) => <Leg key={name} a={at(i)} b={at(i + 1)} lit={way || (cloudLit && i + 1 < inCloud)} />)}
      {tale.works && <Leg a={at(path.length - 1)} b={[globe[0] - 18, globe[1]]} lit={step === 'exit'} />}
      <Leg a={[phone[0], phone[1] - 16]} b={[home[0], home[1] + 30]} lit={step !== 'babel' && step !== 'exit' && step !== 'cloud'} />
      {step === 'walk' && <path d={`M62 214 Q${(62 + phone[0]) / 2} 232 ${phone[0] - 14} 208`} fill="none" stroke="var(--soft)" stroke-width="2" stroke-dasharray="4 4" />}
      {aside.map((name, i) => <Box key={name} x={asideAt(i)[0]} y={asideAt(i)[1]} name={name} lit={cloudLit || step === 'gateway'} badge={step === 'gateway' ? tale.anycast : undefined} />)}
      {path.map((name, i) => <Box key={name} x={at(i)[0]} y={at(i)[1]} name={name} lit={i === 0 || way || (cloudLit && i < inCloud)} badge={step === 'gateway' && (i === 0 || tale.cloudNodes.includes(name)) ? tale.anycast : undefined} />)}
      {step === 'rule' && <path d={`M${at(0)[0] + 30} 96v66M${at(0)[0] - 26} 84h56`} stroke="var(--bad)" stroke-width="5" stroke-linecap="round" fill="none" />}
      <g>
        <rect x={phone[0] - 10} y={phone[1] - 16} width="20" height="34" rx="4" fill="var(--ink)" />
        <rect x={phone[0] - 7} y={phone[1] - 12} width="14" height="23" rx="1" fill="var(--card)" />
        <text x={phone[0] + 16} y={phone[1] + 4}>{tale.phone || t('you')}</text>
        {tale.ip && <text x={phone[0] + 16} y={phone[1] + 20} style={{ fontSize: '11px', fill: 'var(--soft)' }}>{tale.ip}</text>}
      </g>
      <g opacity={step === 'exit' ? 1 : 0.6} fill="none" stroke={step === 'exit' ? 'var(--brand)' : 'var(--none)'} stroke-width="2">
        <circle cx={globe[0]} cy={globe[1]} r="16" /><path d={`M${globe[0] - 16} ${globe[1]}h32M${globe[0]} ${globe[1] - 16}c10 9 10 23 0 32M${globe[0]} ${globe[1] - 16}c-10 9-10 23 0 32`} />
      </g>
      <text x={globe[0]} y={globe[1] + 32} text-anchor="middle" style={{ fontSize: '11px' }}>{t('internet')}</text>
    </svg>
  )
}
