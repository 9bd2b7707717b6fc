/** The last minutes of numbers that move, kept while the application is open: the server tells only what is now. */
export interface Sample {
  /** Milliseconds since 1970, of this computer. */
  at: number;
  rate: number;
  entries: number;
  exits: number;
}

export class History {
  private kept: readonly Sample[] = [];

  /** @param span how long a sample is kept, in milliseconds. */
  constructor(readonly span: number) {}

  get samples(): readonly Sample[] {
    return this.kept;
  }

  add(sample: Sample): void {
    const last = this.kept.at(-1);
    // Counts that fall are those of another workspace, or of one that was made anew: what was kept tells nothing about it.
    const same = last === undefined || (sample.entries >= last.entries && sample.exits >= last.exits);
    this.kept = [...(same ? this.kept.filter(({ at }) => at > sample.at - this.span) : []), sample];
  }

  /** How many entered and left within so many milliseconds, and how many of those were watched. */
  moved(within: number): { entries: number; exits: number; watched: number } {
    const last = this.kept.at(-1);
    if (!last) return { entries: 0, exits: 0, watched: 0 };
    const first = this.kept.find(({ at }) => at >= last.at - within) ?? last;
    return { entries: last.entries - first.entries, exits: last.exits - first.exits, watched: last.at - first.at };
  }
}

/** The smallest of 1, 2, 5, 10, 20, 50 … that is not below a value: the top of an axis. */
export function ceiling(value: number): number {
  let size = 1;
  for (;;) {
    for (const step of [1, 2, 5]) if (step * size >= value) return step * size;
    size *= 10;
  }
}

/** The line of a chart of 100 by 100: the newest sample at the right edge, the top of the axis at the upper one. */
export function line(samples: readonly Sample[], span: number, top: number): string {
  const end = samples.at(-1)?.at ?? 0;
  const place = ({ at, rate }: Sample) => `${(100 - ((end - at) / span) * 100).toFixed(2)},${(100 - (rate / top) * 100).toFixed(2)}`;
  return samples.map((sample, number) => `${number ? "L" : "M"}${place(sample)}`).join("");
}
