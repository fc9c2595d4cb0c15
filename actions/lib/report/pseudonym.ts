import { createHmac } from 'node:crypto';
import type { Deployment } from '../deployment/deployment.ts';

/**
 * A short name that stands for a person: the same in everything that is shown about one deployment, another in the next.
 * It hides who somebody is from a reader; it does not keep a person who guesses the name from checking the guess.
 */
export function pseudonymOf(deployment: string, person: string): string {
  return `user-${createHmac('sha256', deployment).update(person).digest('hex').slice(0, 6)}`;
}

/** Whether people's names may be shown: only where strangers cannot read, and only where the declaration wants it. */
export function showsNames({ privacy }: Pick<Deployment, 'privacy'>, repositoryIsPrivate: boolean): boolean {
  return repositoryIsPrivate && privacy === 'names';
}
