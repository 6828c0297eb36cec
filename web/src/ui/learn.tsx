// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// "How does this work?" at the end of each page: loaded when it is opened.
import { useState } from 'preact/hooks'
import type { Lesson, Lessons, Depth, Topic } from '../i18n/en/learn.ts'
import { lessons, t, type Key } from '../i18n/i18n.ts'
import { keep, kept } from '../store.ts'
import { Rich } from './parts.tsx'
import { Icon } from './icons.tsx'

export const DEPTHS: Depth[] = ['neighbour', 'owner', 'builder']
export function useDepth(): [Depth, (depth: Depth) => void] {
  const [depth, set] = useState<Depth>(() => (DEPTHS.find((each) => each === kept('depth')) ?? 'neighbour'))
  return [depth, (next) => {
    keep('depth', next)
    set(next)
  }]
}
export function DepthTabs({ depth, set }: { depth: Depth; set: (depth: Depth) => void }) {
  return (
    <div class="tabs even" role="group" aria-label={t('depth')}>
      {DEPTHS.map((each) => <button key={each} type="button" aria-pressed={each === depth} onClick={() => set(each)}>{t(`depth_${each}` as Key)}</button>)}
    </div>
  )
}
export function LessonText({ lesson, depth }: { lesson: Lesson; depth: Depth }) {
  return (
    <div class="stack">
      {lesson[depth].map((text, i) => <p key={depth + i}><Rich text={text} /></p>)}
      {depth === 'builder' && lesson.commands.length > 0 && (
        <>
          <h3>{t('look_yourself')}</h3>
          <pre tabIndex={0}>{lesson.commands.join('\n')}</pre>
        </>
      )}
    </div>
  )
}
export function Learn({ topic }: { topic: Topic }) {
  const [all, setAll] = useState<Lessons | null>(null)
  const [depth, setDepth] = useDepth()
  const open = (event: Event) => {
    if ((event.currentTarget as HTMLDetailsElement).open && !all) lessons().then(setAll, () => {})
  }
  return (
    <details class="card flush learn" onToggle={open}>
      <summary><Icon name="learn" />{t('how')}</summary>
      <div class="in stack">
        <DepthTabs depth={depth} set={setDepth} />
        {all ? <LessonText lesson={all[topic]} depth={depth} /> : <p class="soft">{t('asking')}</p>}
        <p><a href="#/learn">{t('learn_whole')}</a></p>
      </div>
    </details>
  )
}
