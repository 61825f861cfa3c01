/** Does what was asked for, one after another. What is asked meanwhile waits, and of that only the newest is done. */
export function newestOf<Asked>(work: (asked: Asked) => Promise<unknown>): (asked: Asked) => Promise<void> {
  let waiting: { asked: Asked } | null = null;
  let running: Promise<void> | null = null;
  async function run(): Promise<void> {
    try {
      while (waiting) {
        const { asked } = waiting;
        waiting = null;
        await work(asked);
      }
    } finally {
      running = null;
    }
  }
  return (asked) => {
    waiting = { asked };
    running ??= run();
    return running;
  };
}
