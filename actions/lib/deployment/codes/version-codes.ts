import type { CodeEntry } from './code-entry.ts';

/** OSL4xx: the versions that every deployment pins, in cluster/versions.yaml. */
export const versionCodes = {
  OSL401: {
    severity: 'warning',
    rule: 'No pinned version reaches the end of its support within 90 days.',
    cause: 'Time went by. EKS then upgrades clusters by itself or charges extended support; others stop fixing bugs.',
    remedy: 'Run node scripts/reference-data/refresh-versions.ts, take a newer version and try it on one deployment.',
  },
  OSL402: {
    severity: 'error',
    rule: 'Every pinned version is still supported.',
    cause: 'Its end of support has passed; new clusters may not be made with it any more.',
    remedy: 'Run node scripts/reference-data/refresh-versions.ts and take a newer version.',
  },
  OSL403: {
    severity: 'error',
    rule: 'The file of the versions can be read, and every end of support in it is a day.',
    cause: 'A version or day was changed by hand; without quotes YAML reads 1.30 as the number 1.3.',
    remedy: 'Write versions and days in quotes, days as year-month-day: "2027-08-02".',
  },
} as const satisfies Record<string, CodeEntry>;
