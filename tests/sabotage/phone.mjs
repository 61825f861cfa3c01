/**
 * Configuration of vitest for the sabotages of the phone's engine: one project for each fault, which edits the source as
 * it is loaded and runs the named tests only. `SABOTAGE` names a JSON file `{root, faults: [{name, edits: [{file, before,
 * after}], tests: ["src/file.test.ts > group > test"]}]}`; what each test said goes to `${SABOTAGE}.said`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const { root, faults } = JSON.parse(readFileSync(process.env.SABOTAGE, 'utf8'));
const applied = Object.fromEntries(faults.map(({ name }) => [name, []]));
const said = Object.fromEntries(faults.map(({ name }) => [name, {}]));

const saboteur = ({ name, edits }) => ({
  name: 'saboteur',
  enforce: 'pre',
  transform(code, id) {
    const file = relative(root, id.split('?')[0]);
    const mine = edits.filter((edit) => edit.file === file);
    if (!mine.length) return undefined;
    applied[name].push(file);
    return mine.reduce((text, { before, after }) => text.replace(before, () => after), code);
  },
});

/** What a test said, in the words of `fault.py`. */
function word({ state, errors }) {
  const [error] = errors ?? [];
  if (state !== 'failed' || !error) return state;
  // The helper that empties an outbox says so when it cannot: that is what the test expects of it.
  const expected = error.name === 'AssertionError' || error.message.startsWith('did not drain');
  return `${expected ? 'assertion' : 'error'}: ${error.name}: ${error.message.split('\n')[0].slice(0, 300)}`;
}

const notary = {
  onTestCaseResult(test) {
    const file = relative(`${root}/pwa`, test.module.moduleId);
    const result = test.result();
    if (result.state !== 'skipped') said[test.project.name][`${file} > ${test.fullName}`] = word(result);
  },
  onTestRunEnd(modules, errors) {
    for (const module of modules)
      for (const error of module.errors()) errors = [...errors, error];
    const output = errors.map(({ name, message }) => `${name}: ${message}`).join('\n');
    writeFileSync(`${process.env.SABOTAGE}.said`, JSON.stringify({ applied, said, output }));
  },
};

export default {
  root: `${root}/pwa`,
  test: {
    reporters: [notary],
    projects: faults.map((fault) => ({
      plugins: [saboteur(fault)],
      define: { __APP_VERSION__: '"1"' },
      test: {
        name: fault.name,
        include: [...new Set(fault.tests.map((test) => test.split(' > ')[0]))],
        environment: 'node',
        testTimeout: 20_000,
        pool: 'threads',
        globals: true,
        setupFiles: [fileURLToPath(new URL('only.mjs', import.meta.url))],
        env: { SABOTAGE_TESTS: JSON.stringify(fault.tests) },
      },
    })),
  },
};
