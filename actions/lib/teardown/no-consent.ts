import { Failure } from '../failure.ts';
import type { MissingConsent } from './consent.ts';

/** A folder is gone and nobody decided to destroy its deployment: it is undeclared now, and stays as it is. */
export class NoConsent extends Failure {
  /** The last commit that had the folder; undefined when it is there again or nobody can tell. */
  readonly lastDeclaredAt: string | undefined;
  readonly missing: readonly MissingConsent[];

  constructor(deployment: string, missing: readonly MissingConsent[], lastDeclaredAt: string | undefined) {
    super({
      code: 'NoConsent',
      source: 'user',
      message: `${deployment} is not destroyed: ${missing.map(({ message }) => message).join(' ')}`,
      hint: [...new Set(missing.map(({ hint }) => hint))].join(' '),
    });
    this.lastDeclaredAt = lastDeclaredAt;
    this.missing = missing;
  }
}
