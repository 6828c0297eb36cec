// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// For somebody on a roof who looks at the antenna and not at the phone.
let context: AudioContext | null = null

/** The better, the higher. */
export function beep(score: number): void {
  try {
    context ??= new AudioContext()
    const tone = context.createOscillator()
    const loud = context.createGain()
    tone.frequency.value = 220 + 880 * score
    loud.gain.setValueAtTime(0.15, context.currentTime)
    loud.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.3)
    tone.connect(loud).connect(context.destination)
    tone.start()
    tone.stop(context.currentTime + 0.3)
  } catch {
    // No sound here.
  }
}
/** In the language of the page, if the phone can. */
export function speak(text: string, language: string): void {
  if (typeof speechSynthesis === 'undefined') return
  speechSynthesis.cancel()
  const words = new SpeechSynthesisUtterance(text)
  words.lang = language
  speechSynthesis.speak(words)
}
export function stopSpeaking(): void {
  if (typeof speechSynthesis !== 'undefined') speechSynthesis.cancel()
}
