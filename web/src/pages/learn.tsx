// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// The story of the reader's packet, on this network, with its own names; then all the lessons.
import { useEffect, useState } from 'preact/hooks'
import type { Lessons, Values } from '../i18n/en/learn.ts'
import { language, lessons, t } from '../i18n/i18n.ts'
import { useCall } from '../live.ts'
import { hops } from '../pure/network.ts'
import { tale, type Tale } from '../pure/story.ts'
import { fill } from '../pure/text.ts'
import { pageName } from '../app.tsx'
import { DepthTabs, LessonText, useDepth } from '../ui/learn.tsx'
import { NoAnswer, Rich, Title } from '../ui/parts.tsx'
import { Icon } from '../ui/icons.tsx'
import { Scene } from '../ui/scene.tsx'

function valuesOf(one: Tale): Values {
  const { path, cloudNodes, works, ...rest } = one
  return { ...rest, phone: rest.phone || t('your_phone'), way: path.join(' → '), others: cloudNodes.slice(0, 3).join(', '), works: works ? 1 : 0 }
}

/** The tables of this very node: what a builder would see there. */
function Tables() {
  const status = useCall('status').data
  const story = useCall('packet_story').data
  if (!status) return null
  return (
    <div class="stack">
      {story?.filter && <><h3>{t('table_filter')}</h3><pre tabIndex={0}>{story.filter.join('\n')}</pre></>}
      <h3>{t('table_babel')}</h3>
      <div class="scroll" tabIndex={0} role="region" aria-label={t('table_babel')}><table>
        <thead><tr><th>{t('col_name')}</th><th>{t('col_port')}</th><th>{t('col_cost')}</th><th>{t('col_address')}</th></tr></thead>
        <tbody>{status.babel?.neighbours?.map((each) => <tr key={`${each.address}${each.port}`}><td>{each.name}</td><td>{each.port}</td><td class="num">{each.cost}</td><td class="mono">{each.address}</td></tr>)}</tbody>
      </table></div>
      <h3>{t('table_networks')}</h3>
      <div class="scroll" tabIndex={0} role="region" aria-label={t('table_networks')}><table>
        <thead><tr><th>{t('col_network')}</th><th>{t('col_through')}</th><th>{t('col_port')}</th><th>{t('col_cost')}</th></tr></thead>
        <tbody>{status.babel?.networks?.map((each) => <tr key={each.network}><td class="mono">{each.network}</td><td>{each.name ?? each.via}</td><td>{each.port}</td><td class="num">{each.cost}</td></tr>)}</tbody>
      </table></div>
      <h3>{t('table_cloud')}</h3>
      <div class="scroll" tabIndex={0} role="region" aria-label={t('table_cloud')}><table>
        <thead><tr><th>{t('col_name')}</th><th>{t('col_address')}</th><th>{t('col_port')}</th><th>TQ</th></tr></thead>
        <tbody>{status.clouds?.flatMap((cloud) => cloud.nodes ?? []).map((each) => <tr key={each.mac}><td>{each.name}</td><td class="mono">{each.ipv4 ?? each.mac}</td><td>{each.port}</td><td class="num">{each.quality_percent !== undefined ? each.quality_percent + ' %' : ''}</td></tr>)}</tbody>
      </table></div>
      {story?.commands && <><h3>{t('look_yourself')}</h3><pre tabIndex={0}>{story.commands.join('\n')}</pre></>}
    </div>
  )
}

function Packet({ all }: { all: Lessons }) {
  const status = useCall('status')
  const story = useCall('packet_story').data
  const path = useCall('path', { family: 4 }, 10000).data
  const gateways = useCall('gateways').data
  const [at, setAt] = useState(0)
  const [depth, setDepth] = useDepth()
  if (!status.data) return <NoAnswer failure={status.failure} />
  const one = tale(status.data, hops(status.data, path, gateways).hops, story, gateways)
  const values = valuesOf(one)
  const step = all.packet[at]
  // A step that makes no sense here (nobody to walk to, no way out) has words of its own.
  const lacking = (step.name === 'exit' && !one.works) || (step.name === 'babel' && one.hops === 0) || ((step.name === 'walk' || step.name === 'cloud') && !one.cloudNodes.length)
  const text = lacking && step.instead ? step.instead : step[depth]
  const title = fill(step.title, values, language)
  return (
    <section class="card">
      <DepthTabs depth={depth} set={setDepth} />
      <Scene tale={one} step={step.name} title={title} />
      <div aria-live="polite" class="tight">
        <p class="small soft num">{t('step_of', { n: at + 1, m: all.packet.length })}</p>
        <h2>{title}</h2>
        <p key={step.name + depth}><Rich text={fill(text, values, language)} /></p>
      </div>
      {depth === 'builder' && step.commands.length > 0 && <pre tabIndex={0}>{step.commands.map((line) => fill(line, values, language)).join('\n')}</pre>}
      <div class="row">
        <button disabled={at === 0} onClick={() => setAt(at - 1)}><Icon name="left" size={18} />{t('before')}</button>
        <span class="grow" />
        <button class="main" disabled={at === all.packet.length - 1} onClick={() => setAt(at + 1)}>{t('after')}<Icon name="right" size={18} /></button>
      </div>
      {at === all.packet.length - 1 && <details open={depth === 'builder'}><summary>{t('real_tables')}</summary><Tables /></details>}
    </section>
  )
}

export default function LearnPage() {
  const [all, setAll] = useState<Lessons | null>(null)
  const [depth] = useDepth()
  useEffect(() => void lessons().then(setAll, () => {}), [])
  if (!all) return <NoAnswer waiting />
  const topics = (['home', 'nodes', 'map', 'align', 'links', 'names', 'gateways', 'settings', 'first', 'help'] as const)
  return (
    <div class="stack">
      <Title>{t('packet_title')}</Title>
      <p class="soft">{t('packet_about')}</p>
      <Packet all={all} />
      <h2>{t('more_lessons')}</h2>
      <div class="card flush lessons">{topics.map((topic) => (
        <details key={topic} class="learn">
          <summary><Icon name="learn" />{pageName(topic)}</summary>
          <div class="in"><LessonText lesson={all[topic]} depth={depth} /></div>
        </details>
      ))}</div>
      <h2>{t('all_terms')}</h2>
      <dl class="card">{Object.entries(all.terms).map(([term, meaning]) => <div key={term} style={{ marginTop: '10px' }}><dt><b>{all.termNames[term as keyof typeof all.termNames]}</b></dt><dd>{meaning}</dd></div>)}</dl>
    </div>
  )
}
