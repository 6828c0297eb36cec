// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// Runs tests/unit with node's own test runner; esbuild (part of vite) takes the types out first.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = fileURLToPath(new URL('.', import.meta.url))
const out = mkdtempSync(join(tmpdir(), 'weft-unit-'))
try {
  const tests = readdirSync(join(here, 'unit')).filter((name) => name.endsWith('.test.ts'))
  await build({
    entryPoints: tests.map((name) => join(here, 'unit', name)), outdir: out, bundle: true, platform: 'node', format: 'cjs',
    outExtension: { '.js': '.cjs' }, logLevel: 'error',
  })
  const files = tests.map((name) => join(out, name.replace(/\.ts$/, '.cjs')))
  process.exitCode = spawnSync(process.execPath, ['--test', '--test-reporter=spec', ...files], { stdio: 'inherit' }).status ?? 1
} finally {
  rmSync(out, { recursive: true })
}
