/** The list of all cases over a line that comes and goes. */
import { expect, test } from 'vitest';
import { pagesOf, type Answer } from './pages';

/** A server of which each answer is given, or fails, when the test says so. */
function server() {
  const asked: { question: string; after: string; answer: (found: Answer<string>) => void; fail: () => void }[] = [];
  const pages = pagesOf<string, string>(
    (question, after) => new Promise((answer, reject) => asked.push({ question, after, answer, fail: () => reject(new Error('no signal')) })),
    (thrown) => String((thrown as Error).message),
  );
  return { asked, pages };
}

test('what failed is asked again, also with the same word', async () => {
  const { asked, pages } = server();
  const first = pages.ask('a');
  asked[0]!.fail();
  await first;
  expect(pages.shown.value).toEqual({ rows: null, cursor: '', fault: 'no signal', busy: false });
  const again = pages.again();
  expect(pages.shown.value).toMatchObject({ fault: '', busy: true });
  asked[1]!.answer({ rows: ['x'], cursor: '' });
  await again;
  const same = pages.ask('a');
  expect(pages.shown.value).toMatchObject({ rows: ['x'], busy: true });
  asked[2]!.answer({ rows: ['x', 'y'], cursor: '' });
  await same;
  expect(pages.shown.value).toEqual({ rows: ['x', 'y'], cursor: '', fault: '', busy: false });
});

test('rows of one question never stand under another, nor does the cursor go with it', async () => {
  const { asked, pages } = server();
  const first = pages.ask('a');
  asked[0]!.answer({ rows: ['x'], cursor: 'after x' });
  await first;
  const other = pages.ask('b');
  expect(pages.shown.value).toMatchObject({ rows: null, cursor: '' });
  asked[1]!.fail();
  await other;
  expect(pages.shown.value).toMatchObject({ rows: null, cursor: '', fault: 'no signal' });
  await pages.next();
  expect(asked).toHaveLength(2);
  const again = pages.again();
  expect(asked[2]).toMatchObject({ question: 'b', after: '' });
  asked[2]!.answer({ rows: ['m'], cursor: 'after m' });
  await again;
  const next = pages.next();
  expect(asked[3]).toMatchObject({ question: 'b', after: 'after m' });
  asked[3]!.fail();
  await next;
  expect(pages.shown.value).toMatchObject({ rows: ['m'], cursor: 'after m', fault: 'no signal' });
  const resumed = pages.again();
  asked[4]!.answer({ rows: ['n'], cursor: '' });
  await resumed;
  expect(pages.shown.value).toMatchObject({ rows: ['m', 'n'], cursor: '' });
});

test('a late answer to an older question is not shown', async () => {
  const { asked, pages } = server();
  const old = pages.ask('a');
  const present = pages.ask('b');
  asked[1]!.answer({ rows: ['m'], cursor: '' });
  await present;
  asked[0]!.answer({ rows: ['x'], cursor: 'after x' });
  await old;
  expect(pages.shown.value).toEqual({ rows: ['m'], cursor: '', fault: '', busy: false });
});
