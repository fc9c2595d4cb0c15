import type { PreflightCheck } from './preflight-check.ts';

/** What a declaration may say that the stacks do not make yet: said before merging, never silently left out. */
export const supportChecks: readonly PreflightCheck[] = [
  {
    id: 'service-accounts',
    title: 'Service accounts',
    async run({ deployment }) {
      const names = (deployment.service_accounts ?? []).map(({ name }) => name);
      if (names.length === 0) return undefined;
      return {
        outcome: 'blocker',
        detail: `Service accounts are not created yet, so servers would run without the permissions of ${names.join(', ')}.`,
        hint: 'Remove service_accounts from the declaration until they are supported.',
      };
    },
  },
];
