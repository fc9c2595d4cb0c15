/** Runs pieces of work one after the other, in the order they came. */
export type Exclusive = <T>(work: () => Promise<T>) => Promise<T>;

/** @returns a queue of its own; a piece of work that fails does not stop the next */
export function createExclusive(): Exclusive {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work, work);
    last = result;
    return result;
  };
}
