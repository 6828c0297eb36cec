// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
import { render } from 'preact'
import './style.css'
import { App } from './app.tsx'
import { loadLanguage } from './i18n/i18n.ts'
import { startLive } from './live.ts'

const app = document.getElementById('app')!
loadLanguage()
  .catch(() => loadLanguage('en'))
  .then(() => {
    render(<App />, app)
    startLive()
  })
