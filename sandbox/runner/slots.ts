/** A limited number of places; whoever finds none waits in line. */
export type Slots = {
  /** Resolves with the function that gives the place back. */
  take(): Promise<() => void>;
};

/** @param count places, ≥ 1 or infinite */
export function createSlots(count: number): Slots {
  if (!(count >= 1)) throw new RangeError(`There must be at least one slot, not ${count}.`);
  let free = count;
  const waiting: (() => void)[] = [];
  const give = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  const once = (): (() => void) => {
    let given = false;
    return () => {
      if (!given) give();
      given = true;
    };
  };
  const take = async (): Promise<() => void> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return once();
  };
  return { take };
}
