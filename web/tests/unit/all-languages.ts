// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
import type { Words } from '../../src/i18n/en/ui.ts'
import type { Lessons } from '../../src/i18n/en/learn.ts'
import en from '../../src/i18n/en/ui.ts'
import enLearn from '../../src/i18n/en/learn.ts'
import es from '../../src/i18n/es/ui.ts'
import esLearn from '../../src/i18n/es/learn.ts'
import pt from '../../src/i18n/pt/ui.ts'
import ptLearn from '../../src/i18n/pt/learn.ts'
import it from '../../src/i18n/it/ui.ts'
import itLearn from '../../src/i18n/it/learn.ts'
import ca from '../../src/i18n/ca/ui.ts'
import caLearn from '../../src/i18n/ca/learn.ts'
import fr from '../../src/i18n/fr/ui.ts'
import frLearn from '../../src/i18n/fr/learn.ts'
import de from '../../src/i18n/de/ui.ts'
import deLearn from '../../src/i18n/de/learn.ts'

export const languages: Record<string, { ui: Words; learn: Lessons }> = {
  en: { ui: en, learn: enLearn },
  es: { ui: es, learn: esLearn },
  pt: { ui: pt, learn: ptLearn },
  it: { ui: it, learn: itLearn },
  ca: { ui: ca, learn: caLearn },
  fr: { ui: fr, learn: frLearn },
  de: { ui: de, learn: deLearn },
}
