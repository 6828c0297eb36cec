// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
import { useState } from 'preact/hooks'
import { ago, span, t } from '../i18n/i18n.ts'
import { useCall } from '../live.ts'
import { plain } from '../pure/text.ts'
import { Learn } from '../ui/learn.tsx'
import { Icon } from '../ui/icons.tsx'
import { Field, Item, NoAnswer, Rich, Title } from '../ui/parts.tsx'

export default function Names() {
  const all = useCall('clients')
  const status = useCall('status').data
  const me = useCall('gateways').data?.asker?.client
  const [search, setSearch] = useState('')
  const clients = all.data?.clients ?? status?.clients
  const wanted = plain(search)
  const found = (clients ?? []).filter((client) => !wanted || plain([client.name, client.ipv4, client.mac, client.node].join(' ')).includes(wanted))
  return (
    <div class="stack">
      <Title>{t('page_names')}</Title>
      <p class="soft"><Rich text={t('names_about', { domain: status?.node.domain ?? 'thisnode.info' })} /></p>
      {!clients && <NoAnswer failure={all.failure} />}
      {clients && clients.length > 8 && <Field label={t('search')}><input type="search" value={search} onInput={(e) => setSearch(e.currentTarget.value)} /></Field>}
      {clients && (
        <ul class="card flush list">
          {found.map((client) => (
            <Item key={client.mac} icon={<Icon name="phone" />}
              title={<>{client.name ?? t('no_name')}{client.mac === me && <span class="small good"> {t('this_is_you')}</span>}</>}
              under={<span class="num">{[client.ipv4, client.mac].filter(Boolean).join(' · ')}</span>}
              end={<small>{client.node && client.node !== status?.node.name ? t('at_node', { name: client.node }) : client.here_s !== undefined ? t('here_for', { time: span(client.here_s) }) : ''}{client.idle_s !== undefined && client.idle_s > 120 && <><br />{t('quiet_since', { ago: ago(client.idle_s) })}</>}</small>} />
          ))}
        </ul>
      )}
      {clients && found.length === 0 && <p>{t('clients_none')}</p>}
      <Learn topic="names" />
    </div>
  )
}
