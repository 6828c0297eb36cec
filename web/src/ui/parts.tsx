// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// The small parts that pages are made of.
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Failure } from '../api.ts'
import { ago, lessons, t, type Key } from '../i18n/i18n.ts'
import { pieces } from '../pure/text.ts'
import { BARS, type Quality } from '../pure/quality.ts'
import { Icon } from './icons.tsx'

/** A page's title: gets the focus when the page opens, so that a screen reader starts here. */
export function Title({ children, quiet }: { children: ComponentChildren; quiet?: boolean }) {
  const ref = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${ref.current?.textContent ?? ''} · weft`
    if (!quiet && opened) ref.current?.focus({ preventScroll: true })
    opened = true
  }, [])
  return <h1 ref={ref} tabIndex={-1}>{children}</h1>
}
let opened = false // The first page leaves the focus where the reader has it.

/** Four bars and, unless they stand beside it already, the word. */
export function Bars({ quality, label }: { quality: Quality; label?: boolean }) {
  const n = BARS[quality]
  const word = t(`quality_${quality}` as Key)
  return (
    <span class={`row ${quality}`} style={{ gap: '6px', display: 'inline-flex' }}>
      <svg width="22" height="18" viewBox="0 0 22 18" role={label ? undefined : 'img'} aria-label={label ? undefined : word} aria-hidden={label ? 'true' : undefined}>
        {[0, 1, 2, 3].map((i) => (
          <rect key={i} x={i * 5.6} y={13 - i * 4} width="4" height={5 + i * 4} rx="1" fill={i < n ? 'currentColor' : 'none'} stroke="currentColor" stroke-opacity={i < n ? 1 : 0.5} />
        ))}
      </svg>
      {label && <span class="small">{word}</span>}
    </span>
  )
}

/** A text with words that are explained on a tap. */
export function Rich({ text }: { text: string }) {
  const [open, setOpen] = useState<string | null>(null)
  const [meaning, setMeaning] = useState('')
  const show = async (term: string) => {
    if (open === term) return setOpen(null)
    try {
      setMeaning((await lessons()).terms[term as never] ?? '')
      setOpen(term)
    } catch {
      // Not loaded: the connection is lost, which the banner says.
    }
  }
  return (
    <>
      {pieces(text).map((piece, i) =>
        piece.code ? <code key={i}>{piece.text}</code>
        : piece.term ? <button key={i} type="button" class="term" aria-expanded={open === piece.term} onClick={() => show(piece.term!)}>{piece.text}</button>
        : piece.text,
      )}
      {open && <span class="explain" role="status">{meaning}</span>}
    </>
  )
}

/** Why there is nothing to show, in words. */
export function NoAnswer({ failure, waiting }: { failure?: Failure; waiting?: boolean }) {
  if (!failure || waiting) return <p class="row soft"><span class="spin" aria-hidden="true" />{t('asking')}</p>
  const text =
    failure.why === 'missing' ? t('fail_missing')
    : failure.why === 'unreachable' ? t('fail_unreachable')
    : failure.why === 'password' || failure.why === 'over' ? t('fail_password')
    : failure.why === 'slow' ? t('fail_slow', { n: failure.seconds })
    : t('fail_refused', { why: failure.text })
  return <p class="soft">{text}</p>
}

export function Ago({ at }: { at?: number }) {
  useTick(5000)
  return at ? <>{ago((Date.now() - at) / 1000)}</> : null
}
export function useTick(ms: number): void {
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), ms)
    return () => clearInterval(timer)
  }, [ms])
}

export function Item({ href, icon, title, under, end, onClick }: {
  href?: string; icon?: ComponentChildren; title: ComponentChildren; under?: ComponentChildren; end?: ComponentChildren; onClick?: () => void
}) {
  const inner = (
    <>
      {icon}
      <span class="grow"><b>{title}</b>{under && <small>{under}</small>}</span>
      {end && <span class="end">{end}</span>}
      {(href || onClick) && <span class="soft"><Icon name="right" size={18} /></span>}
    </>
  )
  if (href) return <li><a class="item" href={href}>{inner}</a></li>
  return <li><div class="item">{inner}</div></li>
}

export function Field({ label, hint, children }: { label: string; hint?: string; children: ComponentChildren }) {
  return <label class="field"><span>{label}</span>{children}{hint && <small>{hint}</small>}</label>
}
export function Secret(props: JSX.InputHTMLAttributes<HTMLInputElement> & { label: string; hint?: string }) {
  const { label, hint, ...rest } = props
  const [shown, show] = useState(false)
  return (
    <div>
      <Field label={label} hint={hint}>
        <input type={shown ? 'text' : 'password'} autocapitalize="off" spellcheck={false} {...rest} />
      </Field>
      <button type="button" class="plain small" aria-pressed={shown} onClick={() => show(!shown)}>{t(shown ? 'hide' : 'show')}</button>
    </div>
  )
}

let tell: (text: string) => void = () => {}
export function toast(text: string): void {
  tell(text)
}
export function Toaster() {
  const [text, setText] = useState('')
  useEffect(() => {
    let timer = 0
    tell = (next) => {
      setText(next)
      clearTimeout(timer)
      timer = window.setTimeout(() => setText(''), 5000)
    }
  }, [])
  return <div role="status" aria-live="polite">{text && <div class="toast">{text}</div>}</div>
}
