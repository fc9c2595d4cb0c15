import type { CodeEntry } from './codes/code-entry.ts';
import { comparisonCodes } from './codes/comparison-codes.ts';
import { accountCodes, deploymentCodes, versionCodes } from './codes/deployment-codes.ts';
import { nodeCodes } from './codes/node-codes.ts';
import { profileCodes } from './codes/profile-codes.ts';
import { readingCodes } from './codes/reading-codes.ts';
import { settingCodes } from './codes/setting-codes.ts';
import { shapeCodes } from './codes/shape-codes.ts';
import type { Severity } from './diagnostic.ts';

export type { CodeEntry };

/**
 * Every code that a finding can have, with its severity, rule, cause and remedy; the reference is made from it. A code is
 * never used again for another rule.
 */
export const diagnosticCodes = {
  ...readingCodes,
  ...shapeCodes,
  ...deploymentCodes,
  ...nodeCodes,
  ...profileCodes,
  ...settingCodes,
  ...comparisonCodes,
  ...versionCodes,
  ...accountCodes,
} as const satisfies Record<string, CodeEntry>;

export type DiagnosticCode = keyof typeof diagnosticCodes;

/** Whether findings of this code stop a deployment. */
export function severityOf(code: DiagnosticCode): Severity {
  return diagnosticCodes[code].severity;
}
