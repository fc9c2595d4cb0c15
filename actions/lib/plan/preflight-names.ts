import { physicalName } from '../deployment/names.ts';
import { toFailure } from '../failure.ts';
import type { Buckets } from '../ports/aws-ports.ts';
import { stackDefinitions } from '../stacks/catalogue.ts';
import { stackKinds } from '../stacks/stack.ts';
import type { PreflightCheck } from './preflight-check.ts';

/** Whether names are free or ours, and CodeCommit can be used. */
export const nameChecks: readonly PreflightCheck[] = [
  {
    id: 'buckets',
    title: 'Bucket names',
    run: async ({ deployment, states, ports }) => {
      // Bucket names are shared by everybody in AWS.
      const names = stackKinds.flatMap((kind) => {
        const { bucket } = stackDefinitions[kind].makes;
        return bucket === undefined || states.get(kind) !== undefined ? [] : [physicalName(deployment, bucket)];
      });
      const [taken, hidden]: [string[], string[]] = [[], []];
      for (const name of names) {
        const standing = await standingOf(name, ports.buckets);
        if (standing !== 'free') (standing === 'taken' ? taken : hidden).push(name);
      }
      if (taken.length === 0 && hidden.length === 0)
        return { outcome: 'ok', detail: 'Free, or made by the stacks of this deployment.' };
      const own =
        taken.length === 0 ? [] : [`${taken.join(', ')} exists already, but no stack of this deployment made it.`];
      const foreign =
        hidden.length === 0
          ? []
          : [`${hidden.join(', ')} exists already, in another account or out of this role’s sight.`];
      return {
        outcome: 'blocker',
        detail: [...own, ...foreign].join(' '),
        hint: 'Delete what an earlier deployment left, or choose another name.',
      };
    },
  },
  {
    id: 'code-commit',
    title: 'CodeCommit',
    run: async ({ deployment, ports }) => {
      const names = new Set(await ports.repositories.list());
      const own = ['code-container', 'code-cluster'].map((id) => physicalName(deployment, id));
      if (own.every((name) => names.has(name))) return { outcome: 'ok', detail: `${own.join(' and ')} exist.` };
      if (names.size > 0) return { outcome: 'ok', detail: 'The account uses CodeCommit.' };
      return {
        outcome: 'warning',
        detail: 'The account has no CodeCommit repository yet; AWS may refuse to create the first one.',
        hint: 'If the deployment fails there, create one repository by hand in the CodeCommit console.',
      };
    },
  },
];

/** S3 answers 403 for a bucket that is there and not for the caller (AmazonS3 API, HeadBucket). */
async function standingOf(bucket: string, buckets: Pick<Buckets, 'exists'>): Promise<'free' | 'taken' | 'hidden'> {
  try {
    return (await buckets.exists(bucket)) ? 'taken' : 'free';
  } catch (error) {
    if (toFailure(error).code === 'AccessDenied') return 'hidden';
    throw error;
  }
}
