// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
import type { Words } from '../../src/i18n/en/ui.ts'
import type { Lessons } from '../../src/i18n/en/learn.ts'
import en from '../../src/i18n/en/ui.ts'
import enLearn from '../../src/i18n/en/learn.ts'

export const languages: Record<string, { ui: Words; learn: Lessons }> = {
  en: { ui: en, learn: enLearn },
}
