// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
import { useEffect, useRef, useState } from 'preact/hooks'
import { ago, language, number, percent, t } from '../i18n/i18n.ts'
import { useCall } from '../live.ts'
import { better, figureOf, type Figure } from '../pure/align.ts'
import { neighbours } from '../pure/network.ts'
import { go, to, type Place } from '../router.ts'
import { Bars, Item, NoAnswer, Rich, Title, useTick } from '../ui/parts.tsx'
import { Learn } from '../ui/learn.tsx'
import { Icon } from '../ui/icons.tsx'
import { beep, speak, stopSpeaking } from '../ui/sound.ts'

const LOOK_MS = 2000

export function useSound(figure: Figure | undefined, on: boolean): void {
  const last = useRef(0)
  useEffect(() => {
    if (!on || !figure || Date.now() - last.current < LOOK_MS - 300) return
    last.current = Date.now()
    beep(figure.score)
    speak(number(figure.value), language)
  })
  useEffect(() => stopSpeaking, [])
}

function One({ name }: { name: string }) {
  const { data: status, at } = useCall('status', {}, LOOK_MS)
  const links = useCall('links', {}, LOOK_MS).data
  const [best, setBest] = useState<{ figure: Figure; at: number } | null>(null)
  const [sound, setSound] = useState(false)
  useTick(1000)
  const figure = status && figureOf(status, links, name)
  useEffect(() => {
    if (figure && (!best || better(figure, best.figure))) setBest({ figure, at: Date.now() })
  }, [figure?.value])
  useSound(figure, sound)
  const unit = (one: Figure) => (one.unit === '%' ? percent(one.value) : `${number(one.value)} ${one.unit}`)
  return (
    <div class="stack">
      <Title>{t('align_to', { name })}</Title>
      <section class="card" style={{ textAlign: 'center' }}>
        {figure ? (
          <>
            <div class={`big ${figure.quality}`} aria-live="off">{number(figure.value)}</div>
            <p class="soft">{figure.unit === '%' ? t('align_percent') : <Rich text={t('align_dbm')} />}</p>
            <p><Bars quality={figure.quality} label /></p>
            <div class="bar" role="progressbar" aria-label={t('quality')} aria-valuenow={Math.round(figure.score * 100)} aria-valuemin={0} aria-valuemax={100}><i style={{ width: figure.score * 100 + '%' }} /></div>
            {best && <p class="num">{t('align_best', { value: unit(best.figure), ago: ago((Date.now() - best.at) / 1000) })}</p>}
          </>
        ) : <><div class="big bad">–</div><p>{status ? t('align_silent', { name }) : t('asking')}</p></>}
        {at && Date.now() - at > 8000 && <p class="bad">{t('align_old', { ago: ago((Date.now() - at) / 1000) })}</p>}
      </section>
      <div class="tabs">
        <button aria-pressed={sound} onClick={() => setSound(!sound)}><Icon name={sound ? 'sound' : 'quiet'} />{t(sound ? 'sound_on' : 'sound_off')}</button>
        <button onClick={() => setBest(null)}>{t('align_again')}</button>
        <button onClick={() => go('align')}><Icon name="left" />{t('align_other')}</button>
      </div>
      <p class="soft">{t('align_how')}</p>
      <Learn topic="align" />
    </div>
  )
}

export default function Align({ place }: { place: Place }) {
  const { data: status, failure } = useCall('status', {}, LOOK_MS)
  if (place.args[0]) return <One name={place.args[0]} />
  const near = status ? neighbours(status) : []
  return (
    <div class="stack">
      <Title>{t('page_align')}</Title>
      <p class="soft">{t('align_pick')}</p>
      {!status && <NoAnswer failure={failure} />}
      {status && near.length === 0 && <p>{t('neighbours_none')}</p>}
      <ul class="card flush list">{near.map((one) => <Item key={one.name} href={to('align', one.name)} title={one.name} end={<Bars quality={one.quality} label />} />)}</ul>
      <Learn topic="align" />
    </div>
  )
}
