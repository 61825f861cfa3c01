/** The app judges as the server does: the server runs the same file. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judge } from './conditions';
import type { Condition, Service } from './definition';
import { isStandIn } from './placeholders';
import { readiness, type Held } from './readiness';

interface Vectors {
  services: Record<string, Service>;
  conditions: { condition: Condition | null; values: Record<string, unknown>; facts: Record<string, unknown>; answer: string }[];
  stand_ins: { words: string[]; cases: { text: string; is_stand_in: boolean }[] };
  readiness: {
    name: string;
    service: string;
    values: Record<string, unknown>;
    facts: Record<string, unknown>;
    held: Record<string, Held>;
    label: string;
    prediction: string;
    required: number;
    missing: number;
    standings: Record<string, string>;
    faults: string[][];
  }[];
}

const file = new URL('../../../tests/applications/vectors.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

describe('conditions', () => {
  it.each(vectors.conditions)('%j', ({ condition, values, facts, answer }) => expect(judge(condition, values, facts)).toBe(answer));
});

describe('stand-ins', () => {
  it.each(vectors.stand_ins.cases)('%j', ({ text, is_stand_in }) => expect(isStandIn(text, vectors.stand_ins.words)).toBe(is_stand_in));
});

describe('readiness', () => {
  it.each(vectors.readiness)('$name', (one) => {
    const found = readiness(vectors.services[one.service]!, one.values, one.facts, one.held);
    const { label, prediction, required, missing } = found;
    expect({ label, prediction, required, missing }).toEqual({ label: one.label, prediction: one.prediction, required: one.required, missing: one.missing });
    expect(Object.fromEntries(found.rows.map(({ code, standing }) => [code, standing]))).toEqual(one.standings);
    expect(found.faults.map(({ path, code, text }) => [path, code, text])).toEqual(one.faults);
  });
});
