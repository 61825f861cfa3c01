/** The file that goes with an act. It is kept on the phone while the person goes on: whoever presses at once means the file
 * just chosen, and no other if that one cannot be kept. */

export interface ChosenFile<Chosen, Kept> {
  /** Never rejects: what cannot be kept is said. */
  choose: (chosen: Chosen) => Promise<void>;
  /** The file last chosen, or the one before it once it was said that the last one cannot be kept; null: none. */
  present: () => Promise<Kept | null>;
}

/** `settled`: what is there now, and the thrown reason if it is not what was just chosen. */
export function chosenFile<Chosen, Kept>(keep: (chosen: Chosen) => Promise<Kept>, settled: (kept: Kept | null, thrown?: unknown) => void): ChosenFile<Chosen, Kept> {
  let there: Kept | null = null;
  let reading: Promise<Kept | null> | null = null;
  let turn = 0;
  async function read(chosen: Chosen, mine: number): Promise<Kept | null> {
    let kept: Kept | null = null;
    let fault: { thrown: unknown } | null = null;
    try {
      kept = await keep(chosen);
    } catch (thrown) {
      fault = { thrown };
    }
    // A newer choice counts, whichever was kept first.
    if (mine !== turn) return kept;
    reading = null;
    there = kept ?? there;
    settled(there, fault?.thrown);
    return kept;
  }
  return {
    async choose(chosen) {
      reading = read(chosen, ++turn);
      await reading;
    },
    async present() {
      let kept = there;
      while (reading) kept = await reading;
      return kept;
    },
  };
}
