/** A clock that stands still until a test moves it. */
export class FakeClock {
  #now = Date.parse("2026-10-14T09:00:00Z");
  #timers = new Map();
  #nextId = 1;

  now = () => this.#now;

  setTimeout = (run, ms) => {
    const id = this.#nextId++;
    this.#timers.set(id, { run, at: this.#now + ms });
    return id;
  };

  clearTimeout = id => void this.#timers.delete(id);

  /** Run what is due, in order, and let what follows from it happen. */
  async advance(ms) {
    const until = this.#now + ms;
    for (;;) {
      const [due] = [...this.#timers]
        .filter(([, timer]) => timer.at <= until)
        .sort((a, b) => a[1].at - b[1].at);
      if (!due) break;
      this.#timers.delete(due[0]);
      this.#now = Math.max(this.#now, due[1].at);
      due[1].run();
      await rest();
    }
    this.#now = until;
    await rest();
  }
}

/** Let every promise and every request to the fakes come to its end. */
export async function rest(turns = 12) {
  for (let turn = 0; turn < turns; turn += 1) await new Promise(resolve => setImmediate(resolve));
}
