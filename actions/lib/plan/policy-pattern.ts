/**
 * Patterns of IAM policies: `*` stands for any characters, `?` for one (IAM user guide, "IAM JSON policy elements:
 * Resource"). Policy variables such as `${aws:PrincipalTag/team}` may stand for anything.
 */
export function readPattern(text: string): string {
  return text.replace(/\$\{[^{}]*\}/g, '*');
}

/** Whether everything that the inner pattern matches is matched by the outer one. */
export function contains(outer: string, inner: string): boolean {
  return compare(outer, inner, { alike: (one, other) => one === '?' && other !== '*', secondGrows: false });
}

/** Whether something is matched by both patterns. */
export function meet(a: string, b: string): boolean {
  return compare(a, b, { alike: (one, other) => one === '?' || other === '?', secondGrows: true });
}

type Comparison = {
  /** Whether two characters that differ go together all the same. */
  alike: (one: string, other: string) => boolean;
  /** Whether `*` in the second pattern stands for anything, as it does in the first. */
  secondGrows: boolean;
};

/** Compares two patterns place by place, so that the time grows with the product of their lengths, whatever they hold. */
function compare(first: string, second: string, { alike, secondGrows }: Comparison): boolean {
  const others = [...second];
  const grows = (other: string): boolean => secondGrows && other === '*';
  // Whether what was read of the first pattern goes together with the first j characters of the second.
  let row: boolean[] = [true];
  for (const [j, other] of others.entries()) row.push(row[j] === true && grows(other));
  for (const one of first) {
    const next = [row[0] === true && one === '*'];
    for (const [j, other] of others.entries()) {
      const pair = row[j] === true && (one === other || alike(one, other));
      const stretched = (one === '*' || grows(other)) && (next[j] === true || row[j + 1] === true);
      next.push(pair || stretched);
    }
    row = next;
  }
  return row[others.length] === true;
}
