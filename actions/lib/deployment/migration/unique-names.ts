import { withoutEnd } from '../text-ends.ts';

/** How names of one kind are made: nodes, or profiles. */
export type Naming = {
  /** The name as this repository takes it, perhaps empty. */
  convert(text: string): string;
  /** What may be there only once, made of the name. */
  key(name: string): string;
  /** What stands between a name and its number. */
  separator: string;
  /** Longest name, in characters. */
  longest: number;
  /** Name of what has none left. */
  fallback: string;
  /** Keys that are not free. */
  taken: readonly string[];
};

/**
 * New names for old ones, each there once: a second one gets a number.
 * @param olds in the order of the file; undefined: there is no name
 */
export function uniqueNames(olds: readonly (string | undefined)[], naming: Naming): (string | undefined)[] {
  const taken = new Set(naming.taken);
  const wanted = olds.map((old) =>
    old === undefined ? undefined : shortened(naming.convert(old) || naming.fallback, naming),
  );
  // Who keeps a name goes before who would get it, so that no reference changes its meaning.
  const keeps = wanted.map((name, index) => {
    if (name === undefined || name !== olds[index] || taken.has(naming.key(name))) return false;
    taken.add(naming.key(name));
    return true;
  });
  const numbers = new Map<string, number>();
  return wanted.map((name, index) => {
    if (name === undefined || keeps[index]) return name;
    return freeName(name, naming, taken, numbers);
  });
}

function shortened(name: string, { longest }: Naming): string {
  return withoutEnd(name.slice(0, longest), ' _.-');
}

/** @param numbers by name, where to go on counting */
function freeName(name: string, naming: Naming, taken: Set<string>, numbers: Map<string, number>): string {
  let free = name;
  let number = numbers.get(name) ?? 2;
  for (; taken.has(naming.key(free)); number += 1) {
    const end = `${naming.separator}${number}`;
    free = shortened(name, { ...naming, longest: naming.longest - end.length }) + end;
  }
  numbers.set(name, number);
  taken.add(naming.key(free));
  return free;
}
