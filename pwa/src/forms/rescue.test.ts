import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { forgetRescued, rescue, rescued } from './rescue';

beforeEach(() => {
  const held = new Map<string, string>();
  const storage = {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void (storage[key] = held.set(key, value).get(key)),
    removeItem: (key: string) => void (held.delete(key) && delete storage[key]),
  } as unknown as Storage & Record<string, unknown>;
  for (const method of ['getItem', 'setItem', 'removeItem']) Object.defineProperty(storage, method, { enumerable: false });
  vi.stubGlobal('sessionStorage', storage);
});
afterEach(() => vi.unstubAllGlobals());

it('gives back once what was typed last', () => {
  rescue('a', 'question.ask', { text: 'Kapan' });
  expect(rescued('a', 'question.ask')).toEqual({ text: 'Kapan' });
  expect(rescued('a', 'question.ask')).toBeUndefined();
});

it('shows nobody what another person typed, and forgets it with the person', () => {
  rescue('a', 'question.ask', 'rahasia');
  expect(rescued('b', 'question.ask')).toBeUndefined();
  forgetRescued();
  expect(rescued('a', 'question.ask')).toBeUndefined();
});

it('does without a storage', () => {
  vi.stubGlobal('sessionStorage', undefined);
  rescue('a', 'k', 1);
  expect(rescued('a', 'k')).toBeUndefined();
  forgetRescued();
});
