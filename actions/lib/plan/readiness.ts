import type { PreflightFinding } from './plan.ts';

/** What was found out about the account of one deployment. */
export type Readiness = {
  deployment: string;
  accountId: string;
  region: string;
  /** `ready`: warnings at most; `not ready`: a blocker; `unknown`: something could not be asked, and no blocker was found. */
  verdict: 'ready' | 'not ready' | 'unknown';
  /** Every check that concerns the deployment, with those that found nothing amiss. */
  checks: PreflightFinding[];
};

/** What checks say together. */
export function readinessOf(checks: readonly Pick<PreflightFinding, 'outcome'>[]): Readiness['verdict'] {
  const found = new Set(checks.map(({ outcome }) => outcome));
  if (found.has('blocker')) return 'not ready';
  return found.has('unknown') ? 'unknown' : 'ready';
}

/** What of a finding an API can mend; the account stays the person's, who is asked first. */
export type Fix = {
  /** What would be done, e.g. `ask AWS for 6 VPCs (vpc/L-F678F1CE)`. */
  title: string;
} & ({ kind: 'activate cost tag'; key: string } | { kind: 'raise quota'; quotas: readonly WantedQuota[] });

/** A quota and the value that would be enough. */
export type WantedQuota = { service: string; code: string; value: number };

/** The way on for quotas that are too small. */
export function raiseQuotas(quotas: readonly WantedQuota[]): Fix {
  const list = quotas.map(({ service, code, value }) => `${service}/${code} to ${value}`).join(', ');
  return { kind: 'raise quota', quotas, title: `ask AWS to raise ${list}` };
}
