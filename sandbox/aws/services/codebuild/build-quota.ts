import rules from '../../../../schemas/aws-rules.json' with { type: 'json' };
import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { quotaValue } from '../service-quotas/service-quotas-state.ts';

const codes: Readonly<Record<string, string>> = rules.buildQuotas.codes;

/** How many builds may run at the same time on machines of a size; undefined for sizes without a quota of their own here. */
export function buildQuota(world: AwsWorld, region: string, computeType: string | undefined): number | undefined {
  const code = computeType === undefined ? undefined : codes[computeType];
  return code === undefined ? undefined : quotaValue(world, region, 'codebuild', code);
}

/**
 * A project may not have more builds at the same time than its account (CreateProject, as its users report it).
 * @throws AwsError InvalidInputException
 */
export function checkBuildLimit(
  world: AwsWorld,
  region: string,
  project: {
    concurrentBuildLimit?: number | undefined;
    environment?: { computeType?: string | undefined } | undefined;
  },
): void {
  const quota = buildQuota(world, region, project.environment?.computeType);
  if (quota === undefined || (project.concurrentBuildLimit ?? 0) <= quota) return;
  throw new AwsError(
    'InvalidInputException',
    `Project-level concurrent build limit cannot exceed the account-level concurrent build limit of ${quota}.`,
  );
}
