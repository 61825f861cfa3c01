/** A page in the background draws nothing, and must not wait for it. */
const LONGEST_MS = 200;

/** Does something once what was changed just now can be seen. */
export function afterFrame(work: () => void): void {
  let done = false;
  const once = (): void => {
    if (!done) work();
    done = true;
  };
  requestAnimationFrame(() => setTimeout(once));
  setTimeout(once, LONGEST_MS);
}
