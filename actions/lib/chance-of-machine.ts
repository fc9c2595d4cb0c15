/** The machine's own chance: a number in [0, 1). */
export const machineRandom = (): number => Math.random();
