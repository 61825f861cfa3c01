/** A file that cannot be kept is said, and blocks nothing after it. */
import { expect, test, vi } from 'vitest';
import { Unfit } from '../attachments/unfit';
import { t } from '../strings/id';
import { d } from '../strings/id_usul_berkas';
import { chosenFile } from './chosen_file';
import { fileFault } from './file_fault';

// A browser without signal, asked whether its version was replaced.
vi.stubGlobal('document', { querySelector: () => null });
vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no signal')));

/** Keeps what the test says, when it says so. */
function kept() {
  const asked: { done: (name: string) => void; fail: (thrown: Error) => void }[] = [];
  const said: [string | null, unknown][] = [];
  const file = chosenFile<string, string>(
    () => new Promise((done, fail) => asked.push({ done, fail })),
    (there, thrown) => void said.push([there, thrown]),
  );
  return { asked, said, file };
}

test('a press during the reading means the file that is read', async () => {
  const { asked, file } = kept();
  const chosen = file.choose('a.pdf');
  const pressed = file.present();
  asked[0]!.done('a');
  expect(await pressed).toBe('a');
  await chosen;
  expect(await file.present()).toBe('a');
});

test('a file that fails for whatever reason goes with no press, and the next press is not dead', async () => {
  const { asked, said, file } = kept();
  const first = file.choose('a.pdf');
  asked[0]!.done('a');
  await first;
  const broken = new TypeError('Failed to fetch dynamically imported module');
  const second = file.choose('b.pdf');
  const pressed = file.present();
  asked[1]!.fail(broken);
  expect(await pressed).toBeNull();
  await second;
  expect(said.at(-1)).toEqual(['a', broken]);
  // It was said that the first one is still there.
  expect(await file.present()).toBe('a');
  const third = file.choose('c.pdf');
  asked[2]!.done('c');
  await third;
  expect(await file.present()).toBe('c');
});

test('of two choices the last one counts, whichever is kept first', async () => {
  const { asked, file } = kept();
  const old = file.choose('a.pdf');
  const last = file.choose('b.pdf');
  asked[1]!.done('b');
  await last;
  asked[0]!.done('a');
  await old;
  expect(await file.present()).toBe('b');
});

test('every reason has a sentence', async () => {
  expect(await fileFault(new Unfit(d.bukanPdf), false)).toBe(d.lamaAda(d.bukanPdf, false));
  expect(await fileFault(new TypeError('Failed to fetch dynamically imported module'), false)).toBe(t.umum.bagianBelumTurun);
  expect(await fileFault(new Error('quota'), true)).toBe(d.lamaAda(d.tidakTersimpan, true));
});
