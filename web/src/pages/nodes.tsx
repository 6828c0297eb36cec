// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
import { useState } from 'preact/hooks'
import type { MeshNode } from '../api.ts'
import { ago, t } from '../i18n/i18n.ts'
import { useCall } from '../live.ts'
import { fromStatus, ordered } from '../pure/nodes.ts'
import { plain } from '../pure/text.ts'
import { to } from '../router.ts'
import { Learn } from '../ui/learn.tsx'
import { Icon } from '../ui/icons.tsx'
import { Field, Item, NoAnswer, Title } from '../ui/parts.tsx'

/** Dot and shape: filled is alive, a ring is gone. */
function Sign({ node }: { node: MeshNode }) {
  const alive = node.state === 'alive'
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" role="img" aria-label={t(alive ? 'node_alive' : 'node_gone')} class={alive ? 'good' : 'none'}>
      <circle cx="9" cy="9" r="6" fill={alive ? 'currentColor' : 'none'} stroke="currentColor" stroke-width="2.5" />
    </svg>
  )
}
function under(node: MeshNode, cloud: string | undefined): string {
  const parts = []
  if (node.self) parts.push(t('this_node'))
  if (cloud) parts.push(cloud)
  if (node.state === 'gone' && node.heard_s !== undefined) parts.push(t('heard', { ago: ago(node.heard_s) }))
  else if (node.state !== 'alive') parts.push(t('node_gone'))
  if (node.gateway === 'sick') parts.push(t('gateway_sick'))
  if (node.clients) parts.push(t('clients_n', { n: node.clients }))
  return parts.join(' · ')
}

export default function Nodes() {
  const all = useCall('nodes')
  const status = useCall('status').data
  const [search, setSearch] = useState('')
  const nodes = all.data?.nodes ?? (status && all.failure?.why === 'missing' ? fromStatus(status) : undefined)
  const clouds = new Map(all.data?.clouds.map((cloud) => [cloud.id, cloud.domain ?? cloud.id]))
  const wanted = plain(search)
  const found = ordered(nodes ?? []).filter((node) => !wanted || plain([node.name, node.ipv4, node.model, node.domain, ...(node.macs ?? [])].join(' ')).includes(wanted))
  return (
    <div class="stack">
      <Title>{t('page_nodes')}</Title>
      {!nodes && <NoAnswer failure={all.failure} />}
      {nodes && (
        <>
          <Field label={t('search')}><input type="search" value={search} placeholder={t('search_what')} onInput={(e) => setSearch(e.currentTarget.value)} /></Field>
          <p class="soft" role="status">{t('nodes_n', { n: found.length })}{all.failure?.why === 'missing' && <> · {t('nodes_near_only')}</>}</p>
          <ul class="card flush list">
            {found.map((node) => (
              <Item key={node.id} href={to('node', node.id)} icon={<Sign node={node} />} title={node.same_name ? `${node.name} (${node.ipv4 ?? node.id})` : node.name}
                under={under(node, clouds.get(node.cloud ?? '') ?? node.domain)}
                end={node.gateway && node.gateway !== 'sick' && <span class="row small good" style={{ gap: '4px' }}><Icon name="globe" size={18} />{t('is_gateway')}</span>} />
            ))}
          </ul>
          {found.length === 0 && <p>{t('nodes_not_found')}</p>}
        </>
      )}
      <Learn topic="nodes" />
    </div>
  )
}
