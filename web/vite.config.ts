// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
import { defineConfig } from 'vite'

export default defineConfig({
  base: './',
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none' },
  build: {
    outDir: '../build-web/www',
    emptyOutDir: true,
    assetsDir: 'assets',
    target: 'es2020',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  // Only for `npx vite web`: a real node, for instance of the lab, behind the page being written.
  server: {
    proxy: Object.fromEntries(
      ['/rpc', '/events', '/ubus'].map((path) => [path, process.env.WEFT_NODE ?? 'http://127.0.0.1:8080']),
    ),
  },
})
