import { fieldName } from './field-name.ts';
import type { Finding } from './finding.ts';
import { plainValue } from './quote-value.ts';
import type { AmbiguousScalar } from './yaml-value.ts';

/**
 * Scalars that YAML 1.1 reads otherwise, as findings: numbers, which may be meant either way, and texts, which only other
 * tools get wrong.
 * @param reported pointers of fields that have a finding already
 */
export function ambiguityFindings(scalars: readonly AmbiguousScalar[], reported: ReadonlySet<string>): Finding[] {
  return scalars
    .filter(({ path }) => !reported.has(path))
    .map(({ path, text, value, reading }): Finding => {
      const shown = plainValue(text);
      const start = `${fieldName(path)} is ${shown}, which`;
      if (typeof value === 'number') {
        const message = `${start} YAML 1.2 reads as ${value} and YAML 1.1 as ${reading.meaning}.`;
        return { code: 'OSL018', path, message, hint: `Write ${value}.` };
      }
      const message = `${start} is text here, but ${reading.meaning} for tools that speak YAML 1.1.`;
      return { code: 'OSL025', path, message, hint: `Put it in quotes: "${shown}".` };
    });
}
