/** What the demo saw is not what it must see; the message says what. */
export class UnmetExpectation extends Error {
  override readonly name = 'UnmetExpectation';
}

/** @throws UnmetExpectation when the condition does not hold */
export function expectThat(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new UnmetExpectation(otherwise);
}
