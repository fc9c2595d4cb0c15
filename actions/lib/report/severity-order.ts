import type { Severity } from '../deployment/diagnostic.ts';

/** Errors before warnings, otherwise in the order that they have: what comes first is kept where there is room for some. */
export function errorsFirst<T extends { severity: Severity }>(found: readonly T[]): T[] {
  return [
    ...found.filter(({ severity }) => severity === 'error'),
    ...found.filter(({ severity }) => severity !== 'error'),
  ];
}
