import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function theme(selector: string): Record<string, string> {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf('}', start));
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((found) => [found[1], found[2]]));
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ratio(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const SURFACES = ['latar', 'permukaan', 'redup'];
const STATES = ['netral', 'info', 'sukses', 'ungu', 'tunggu', 'bentrok', 'galat'];

describe.each([
  ['light', ':root'],
  ['dark', ":root[data-theme='gelap']"],
])('%s theme', (_, selector) => {
  const colours = theme(selector);
  const pair = (front: string, ground: string) => ratio(colours[front] ?? '', colours[ground] ?? '');

  it.each(['teks', 'teks-2', 'tautan', 'utama'])('%s is readable on every surface (4.5:1)', (front) => {
    for (const ground of [...SURFACES]) expect(pair(front, ground)).toBeGreaterThanOrEqual(4.5);
  });
  it('input borders are visible on every surface (3:1)', () => {
    for (const ground of SURFACES) expect(pair('garis', ground)).toBeGreaterThanOrEqual(3);
  });
  it.each(STATES)('%s: text on its ground 7:1, and plain text and links on that ground 4.5:1', (state) => {
    expect(pair(state, `${state}-latar`)).toBeGreaterThanOrEqual(7);
    expect(pair('teks', `${state}-latar`)).toBeGreaterThanOrEqual(6.47);
    expect(pair('tautan', `${state}-latar`)).toBeGreaterThanOrEqual(6.47);
  });
  it('text on solid grounds', () => {
    expect(pair('atas-utama', 'utama')).toBeGreaterThanOrEqual(7);
    expect(pair('atas-utama', 'utama-tekan')).toBeGreaterThanOrEqual(7);
    expect(pair('atas-sukses', 'sukses')).toBeGreaterThanOrEqual(7);
    expect(pair('atas-galat', 'galat')).toBeGreaterThanOrEqual(7);
  });
  it('one of the two focus rings stands out from every ground (3:1)', () => {
    for (const ground of [...SURFACES, ...STATES.map((state) => `${state}-latar`), 'utama', 'sukses', 'galat']) {
      expect(Math.max(pair('fokus', ground), pair('fokus-tepi', ground))).toBeGreaterThanOrEqual(4.9);
    }
  });
});
