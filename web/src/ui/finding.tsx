// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// The one thing that is wrong, in the reader's words.
import type { Finding } from '../api.ts'
import { clock, maybe, percent, rate, t } from '../i18n/i18n.ts'
import { Icon } from './icons.tsx'
import { Rich } from './parts.tsx'

/** What a text may name: figures are written as people of the language write them. */
function values(finding: Finding): Record<string, string | number> {
  const out: Record<string, string | number> = { name: finding.name ?? finding.who as string ?? '', port: finding.port ?? '' }
  for (const [key, value] of Object.entries(finding)) {
    if (typeof value === 'number') {
      out[key] = /kbps$/.test(key) ? rate(value) : /percent$/.test(key) ? percent(value) : key === 'since_s' ? clock(Date.now() - value * 1000) : value
    } else if (typeof value === 'string' && !(key in out && out[key])) out[key] = value
  }
  return out
}
export function words(finding: Finding): string {
  const known = maybe('find_' + finding.kind, values(finding))
  // A detail that only the node knows stands behind the sentence, as the node says it.
  if (!known) return finding.text
  return known
}
export function advice(finding: Finding): string | undefined {
  return maybe('do_' + finding.kind, values(finding)) ?? finding.do
}

const WHERE: Record<string, string> = {
  link_poor: '#/align', link_dropped: '#/align', first_start: '#/first', change_pending: '#/settings',
}

export function Hero({ findings }: { findings: Finding[] }) {
  const [first, ...rest] = findings
  if (!first) {
    return (
      <section class="card tone-good row" aria-live="polite">
        <span class="good"><Icon name="check" size={40} /></span>
        <div class="grow"><h2>{t('well')}</h2><p class="soft">{t('well_more')}</p></div>
      </section>
    )
  }
  const wrong = first.severity === 'wrong'
  return (
    <section class={`card ${wrong ? 'tone-bad' : 'tone-fair'}`} aria-live="polite">
      <div class="row" style={{ alignItems: 'flex-start' }}>
        <span class={wrong ? 'bad' : 'fair'}><Icon name="warn" size={36} /></span>
        <div class="grow tight">
          <h2><Rich text={words(first)} /></h2>
          {advice(first) && <p><Rich text={advice(first)!} /></p>}
          {first.text && first.text !== words(first) && <p class="small soft" lang="en">{first.text}</p>}
        </div>
      </div>
      {WHERE[first.kind] && <a class="button" href={WHERE[first.kind]}>{t(`go_${WHERE[first.kind].slice(2)}` as never)}</a>}
      {rest.length > 0 && (
        <details>
          <summary>{t('also', { n: rest.length })}</summary>
          <ul class="stack">{rest.map((each, i) => <li key={i}><Rich text={words(each)} />{advice(each) && <><br /><span class="small">{advice(each)}</span></>}</li>)}</ul>
        </details>
      )}
    </section>
  )
}
