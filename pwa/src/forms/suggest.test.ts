import { describe, expect, it } from 'vitest';
import { fold, suggest } from './suggest';

const rows = [
  { code: 'pangkat', label: 'Pangkat', keywords: ['pangkat', 'kenaikan pangkat', 'golongan'] },
  { code: 'sk', label: 'SK', keywords: ['sk', 'surat keputusan'] },
  { code: 'kinerja', label: 'Kinerja', keywords: ['e-kinerja', 'skp'] },
  { code: 'lainnya', label: 'Lainnya', keywords: [] },
];

describe('suggest', () => {
  it('takes the row with most keywords', () =>
    expect(suggest('Kapan SK kenaikan pangkat saya terbit', rows)?.code).toBe('pangkat'));
  it('counts whole words only', () => expect(suggest('risk dan askara', rows)).toBeNull());
  it('gives a tie to the earlier row', () => expect(suggest('sk golongan', rows)?.code).toBe('pangkat'));
  it('keeps hyphens inside words', () => {
    expect(suggest('buka E-Kinerja!', rows)?.code).toBe('kinerja');
    expect(suggest('kinerja', rows)).toBeNull();
  });
  it('counts a repeated keyword once', () =>
    expect(suggest('sk, sk, sk? pangkat golongan', rows)?.code).toBe('pangkat'));
  it('folds case and punctuation', () => expect(fold(' Surat,KEPUTUSAN... ')).toBe(' surat keputusan '));
});
