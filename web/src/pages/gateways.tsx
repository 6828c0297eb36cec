// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
import { useState } from 'preact/hooks'
import { CallError, call, type Gateway, type Gateways } from '../api.ts'
import { delay, maybe, percent, rate, t } from '../i18n/i18n.ts'
import { refresh, useCall } from '../live.ts'
import { ofHealth, ofLoss, worst, type Quality } from '../pure/quality.ts'
import { Learn } from '../ui/learn.tsx'
import { Login } from '../ui/login.tsx'
import { Bars, NoAnswer, Rich, Title, toast } from '../ui/parts.tsx'

function qualityOf(gateway: Gateway): Quality {
  const uplink = gateway.ipv4 ?? gateway.ipv6
  if (gateway.path?.state === 'lost') return 'bad'
  return worst([ofHealth(uplink?.health), ofLoss(gateway.path?.loss_percent, gateway.path?.delay_ms)])
}
function figures(gateway: Gateway): string {
  const uplink = gateway.ipv4 ?? gateway.ipv6
  const way = (gateway.path?.delay_ms ?? 0) + (uplink?.delay_ms ?? 0)
  const parts = []
  if (gateway.self) parts.push(t('this_node'))
  else if (gateway.path?.hops !== undefined) parts.push(t('hops_n', { n: gateway.path.hops }))
  if (way) parts.push(delay(way))
  if (gateway.path?.loss_percent) parts.push(t('loses', { n: percent(gateway.path.loss_percent) }))
  if (gateway.down_kbps) parts.push(t('up_to', { rate: rate(gateway.down_kbps) }))
  if (gateway.limit_kbps) parts.push(t('limited_to', { rate: rate(gateway.limit_kbps) }))
  if (gateway.hours) parts.push(gateway.hours)
  return parts.join(' · ')
}

export function GatewayPick({ data, chosen, pick, busy, group }: { group: string; data: Gateways; chosen: string; pick: (name: string) => void; busy: boolean }) {
  const now = data.gateways.find((each) => each.used?.length)?.name
  return (
    <fieldset style={{ border: 0, padding: 0, margin: 0 }} class="tight" disabled={busy}>
      <legend class="sr">{t('gateway_choose')}</legend>
      <label class="pick">
        <input type="radio" name={group} checked={!chosen} onChange={() => pick('')} />
        <span class="grow"><b>{t('automatic')}</b><span class="hint">{now ? t('automatic_now', { name: now }) : t('automatic_about')}</span></span>
      </label>
      {data.gateways.map((gateway) => (
        <label class="pick" key={gateway.name}>
          <input type="radio" name={group} checked={chosen === gateway.name} disabled={gateway.choosable === false} onChange={() => pick(gateway.name)} />
          <span class="grow">
            <b>{gateway.name}</b>
            {gateway.words && <span class="hint">{gateway.words}</span>}
            <span class="hint num">{figures(gateway)}</span>
            {gateway.choosable === false && <span class="hint fair">{gateway.name} {gateway.not_choosable}</span>}
          </span>
          <Bars quality={qualityOf(gateway)} />
        </label>
      ))}
    </fieldset>
  )
}

export default function GatewaysPage() {
  const { data, failure } = useCall('gateways')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const [login, setLogin] = useState<null | (() => void)>(null)
  const use = async (name: string, node: boolean) => {
    setBusy(true)
    setError('')
    try {
      const who = node ? { node: true } : {}
      const answer = name ? await call('gateway_use', { gateway: name, ...who }) : await call('gateway_automatic', who)
      setLogin(null)
      toast(!name ? t('now_automatic', { name: answer.gateway }) : answer.in_use === false ? t('gateway_chosen_away', { name }) : t('now_by', { name }))
      refresh()
    } catch (reason) {
      const why = reason instanceof CallError ? reason.failure : { why: 'unreachable' as const }
      if (why.why === 'password') setLogin(() => () => void use(name, node))
      else setError(why.why === 'refused' ? t('fail_refused', { why: why.text }) : maybe('fail_' + why.why) ?? '')
    } finally {
      setBusy(false)
    }
  }
  const asker = data?.asker
  return (
    <div class="stack">
      <Title>{t('page_gateways')}</Title>
      <p class="soft"><Rich text={t('gateways_about')} /></p>
      {!data && <NoAnswer failure={failure} />}
      {login && <Login done={login} />}
      {error && <p class="bad" role="alert">{error}</p>}
      {data && data.gateways.length === 0 && <p>{t('gateways_none')}</p>}
      {data && data.gateways.length > 0 && (
        <>
          <section class="card">
            <h2>{t('for_this_device')}</h2>
            {asker ? <GatewayPick group="device" data={data} chosen={asker.gateway ?? ''} pick={(name) => void use(name, false)} busy={busy} /> : <p class="soft">{t('device_unknown')}</p>}
            {asker?.gateway && asker.in_use === false && <p class="fair">{t('gateway_chosen_away', { name: asker.gateway })}</p>}
          </section>
          <details class="card">
            <summary><b>{t('for_whole_node')}</b></summary>
            <p class="soft small">{t('for_whole_node_about')}</p>
            <GatewayPick group="node" data={data} chosen={data.node?.by === 'person' ? data.node.gateway ?? '' : ''} pick={(name) => void use(name, true)} busy={busy} />
          </details>
        </>
      )}
      <Learn topic="gateways" />
    </div>
  )
}
