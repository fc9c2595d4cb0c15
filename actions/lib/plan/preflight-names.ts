import { physicalName } from '../deployment/names.ts';
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
      const taken: string[] = [];
      for (const name of names) if (await ports.buckets.exists(name)) taken.push(name);
      if (taken.length === 0) return { outcome: 'ok', detail: 'Free, or made by the stacks of this deployment.' };
      return {
        outcome: 'blocker',
        detail: `${taken.join(', ')} exists already, but no stack of this deployment made it.`,
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
