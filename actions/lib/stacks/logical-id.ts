import { createHash } from 'node:crypto';

/**
 * A logical id for something that a list names: the prefix and the name's letters and digits. When other characters fall
 * out, six hex digits of the name's SHA-256 keep `a-b` and `ab` apart. Depends on the name alone, so that resources stay
 * when the list changes.
 */
export function logicalId(prefix: string, name: string): string {
  const letters = name.replace(/[^A-Za-z0-9]/g, '');
  const tail = letters.charAt(0).toUpperCase() + letters.slice(1);
  // The first letter's case is lost above; where that could confuse two names, the digest keeps them apart too.
  const exact = letters === name && tail.toLowerCase() === name;
  return `${prefix}${tail}${exact ? '' : createHash('sha256').update(name).digest('hex').slice(0, 6)}`;
}
