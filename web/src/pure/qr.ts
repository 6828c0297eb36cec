// SPDX-License-Identifier: AGPL-3.0-or-later
// SPDX-FileCopyrightText: weft contributors
// QR codes (ISO/IEC 18004), bytes only, error correction M, versions 1 to 10: more than an invitation needs.
const TOTAL = [0, 26, 44, 70, 100, 134, 172, 196, 242, 292, 346]
const ECC_PER_BLOCK = [0, 10, 16, 26, 18, 24, 16, 18, 22, 22, 26]
const BLOCKS = [0, 1, 1, 1, 2, 2, 4, 4, 4, 5, 5]
const ALIGN = [[], [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]]

function multiply(a: number, b: number): number {
  let z = 0
  for (let i = 7; i >= 0; i--) {
    z = (z << 1) ^ ((z >>> 7) * 0x11d)
    z ^= ((b >>> i) & 1) * a
  }
  return z & 255
}
function divisor(degree: number): number[] {
  const result = Array<number>(degree - 1).fill(0).concat(1)
  let root = 1
  for (let i = 0; i < degree; i++) {
    for (let j = 0; j < degree; j++) {
      result[j] = multiply(result[j], root)
      if (j + 1 < degree) result[j] ^= result[j + 1]
    }
    root = multiply(root, 2)
  }
  return result
}
function remainder(data: number[], by: number[]): number[] {
  const result = by.map(() => 0)
  for (const byte of data) {
    const factor = byte ^ (result.shift() as number)
    result.push(0)
    by.forEach((coefficient, i) => (result[i] ^= multiply(coefficient, factor)))
  }
  return result
}

function codewords(bytes: Uint8Array, version: number): number[] {
  const capacity = TOTAL[version] - ECC_PER_BLOCK[version] * BLOCKS[version]
  const bits: number[] = []
  const put = (value: number, length: number) => {
    for (let i = length - 1; i >= 0; i--) bits.push((value >>> i) & 1)
  }
  put(4, 4)
  put(bytes.length, version < 10 ? 8 : 16)
  bytes.forEach((byte) => put(byte, 8))
  put(0, Math.min(4, capacity * 8 - bits.length))
  while (bits.length % 8) bits.push(0)
  for (let pad = 0xec; bits.length < capacity * 8; pad ^= 0xec ^ 0x11) put(pad, 8)
  const data: number[] = []
  for (let i = 0; i < bits.length; i += 8) data.push(bits.slice(i, i + 8).reduce((a, b) => (a << 1) | b, 0))
  return interleave(data, version)
}
function interleave(data: number[], version: number): number[] {
  const [n, ecc] = [BLOCKS[version], ECC_PER_BLOCK[version]]
  const short = Math.floor(TOTAL[version] / n)
  const n_short = n - (TOTAL[version] % n)
  const by = divisor(ecc)
  const blocks: number[][] = []
  for (let i = 0, at = 0; i < n; i++) {
    const length = short - ecc + (i < n_short ? 0 : 1)
    const part = data.slice(at, at + length)
    at += length
    const check = remainder(part, by)
    if (i < n_short) part.push(-1)
    blocks.push(part.concat(check))
  }
  const out: number[] = []
  for (let i = 0; i < blocks[0].length; i++) for (const block of blocks) if (block[i] >= 0) out.push(block[i])
  return out
}

const MASKS: ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0, (_, y) => y % 2 === 0, (x) => x % 3 === 0, (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0, (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
]

class Grid {
  readonly size: number
  readonly on: boolean[][]
  readonly fixed: boolean[][]
  constructor(readonly version: number) {
    this.size = version * 4 + 17
    this.on = Array.from({ length: this.size }, () => Array<boolean>(this.size).fill(false))
    this.fixed = Array.from({ length: this.size }, () => Array<boolean>(this.size).fill(false))
  }
  set(x: number, y: number, on: boolean): void {
    if (x < 0 || y < 0 || x >= this.size || y >= this.size) return
    this.on[y][x] = on
    this.fixed[y][x] = true
  }
  patterns(): void {
    const n = this.size
    for (let i = 0; i < n; i++) {
      this.set(6, i, i % 2 === 0)
      this.set(i, 6, i % 2 === 0)
    }
    for (const [cx, cy] of [[3, 3], [n - 4, 3], [3, n - 4]]) {
      for (let dy = -4; dy <= 4; dy++) {
        for (let dx = -4; dx <= 4; dx++) {
          const d = Math.max(Math.abs(dx), Math.abs(dy))
          this.set(cx + dx, cy + dy, d !== 2 && d !== 4)
        }
      }
    }
    const at = ALIGN[this.version]
    const last = at.length - 1
    at.forEach((cx, i) => at.forEach((cy, j) => {
      if ((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)) return
      for (let dy = -2; dy <= 2; dy++) for (let dx = -2; dx <= 2; dx++) this.set(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1)
    }))
    this.format(0)
    this.numbered()
  }
  /** Error correction M is 00. */
  format(mask: number): void {
    let rest = mask
    for (let i = 0; i < 10; i++) rest = (rest << 1) ^ ((rest >>> 9) * 0x537)
    const bits = ((mask << 10) | rest) ^ 0x5412
    const bit = (i: number) => ((bits >>> i) & 1) !== 0
    const n = this.size
    for (let i = 0; i <= 5; i++) this.set(8, i, bit(i))
    this.set(8, 7, bit(6))
    this.set(8, 8, bit(7))
    this.set(7, 8, bit(8))
    for (let i = 9; i < 15; i++) this.set(14 - i, 8, bit(i))
    for (let i = 0; i < 8; i++) this.set(n - 1 - i, 8, bit(i))
    for (let i = 8; i < 15; i++) this.set(8, n - 15 + i, bit(i))
    this.set(8, n - 8, true)
  }
  numbered(): void {
    if (this.version < 7) return
    let rest = this.version
    for (let i = 0; i < 12; i++) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25)
    const bits = (this.version << 12) | rest
    for (let i = 0; i < 18; i++) {
      const on = ((bits >>> i) & 1) !== 0
      const [a, b] = [this.size - 11 + (i % 3), Math.floor(i / 3)]
      this.set(a, b, on)
      this.set(b, a, on)
    }
  }
  fill(words: number[]): void {
    let i = 0
    for (let right = this.size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5
      for (let step = 0; step < this.size; step++) {
        for (let j = 0; j < 2; j++) {
          const x = right - j
          const y = ((right + 1) & 2) === 0 ? this.size - 1 - step : step
          if (this.fixed[y][x] || i >= words.length * 8) continue
          this.on[y][x] = ((words[i >>> 3] >>> (7 - (i & 7))) & 1) !== 0
          i++
        }
      }
    }
  }
  mask(which: number): void {
    for (let y = 0; y < this.size; y++) for (let x = 0; x < this.size; x++) if (!this.fixed[y][x] && MASKS[which](x, y)) this.on[y][x] = !this.on[y][x]
  }
  /** How hard it would be to read: long runs, blocks, and too much of one colour. */
  penalty(): number {
    let score = 0
    let dark = 0
    const n = this.size
    for (let a = 0; a < n; a++) {
      for (const at of [(b: number) => this.on[a][b], (b: number) => this.on[b][a]]) {
        let run = 1
        for (let b = 1; b <= n; b++) {
          if (b < n && at(b) === at(b - 1)) run++
          else {
            if (run >= 5) score += run - 2
            run = 1
          }
        }
      }
      for (let b = 0; b < n; b++) {
        if (this.on[a][b]) dark++
        if (a && b && this.on[a][b] === this.on[a - 1][b] && this.on[a][b] === this.on[a][b - 1] && this.on[a][b] === this.on[a - 1][b - 1]) score += 3
      }
    }
    return score + Math.floor(Math.abs((dark * 20) / (n * n) - 10)) * 10
  }
}

/** The modules of the code, row by row. Throws where the text is too long. */
export function qr(text: string): boolean[][] {
  const bytes = new TextEncoder().encode(text)
  let version = 1
  while (version <= 10 && bytes.length + (version < 10 ? 2 : 3) > TOTAL[version] - ECC_PER_BLOCK[version] * BLOCKS[version]) version++
  if (version > 10) throw new Error('too long for a QR code')
  const words = codewords(bytes, version)
  let best: Grid | undefined
  for (let mask = 0; mask < 8; mask++) {
    const grid = new Grid(version)
    grid.patterns()
    grid.fill(words)
    grid.mask(mask)
    grid.format(mask)
    if (!best || grid.penalty() < best.penalty()) best = grid
  }
  return best!.on
}
