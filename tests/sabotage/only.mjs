/** Skips every test that was not asked for. */
const wanted = JSON.parse(process.env.SABOTAGE_TESTS);

function names(task) {
  const own = task.suite ? names(task.suite) : [];
  return [...own, task.name];
}

beforeEach(({ task, skip }) => {
  const name = names(task).join(' > ');
  if (!wanted.some((test) => test.split(' > ').slice(1).join(' > ') === name)) skip();
});
