import type { BootstrapResult } from '../bootstrap/bootstrap-result.ts';
import { renderGitHubSettings } from './github-review.ts';
import { cellCode, code, count, paragraphs, table, text } from './markdown.ts';

/** What the bootstrap did in AWS and on GitHub, and what is left to do by hand. */
export function renderBootstrap(result: BootstrapResult): string {
  const { stack, github } = result;
  return paragraphs(
    `### ${text(result.repository)} and AWS account ${code(result.accountId)}`,
    `Stack ${code(result.stackName)} in ${text(result.region)}: ${whatHappened(result)}`,
    result.existingProvider === undefined
      ? ''
      : `The roles trust ${code(result.existingProvider)}, which was there before.`,
    stack.outputs.RecordsBucketName === undefined
      ? ''
      : `What is approved and done in the account is kept in the bucket ${code(stack.outputs.RecordsBucketName)}, for all regions.`,
    stack.destroys.length === 0
      ? ''
      : table(
          ['Removed or replaced', 'Type', 'What'],
          stack.destroys.map(({ logicalId, type, action }) => [cellCode(logicalId), cellCode(type), text(action)]),
        ),
    stack.changes.length === 0
      ? ''
      : table(
          ['Resource', 'Type', 'Change'],
          stack.changes.map(({ logicalId, type, action }) => [cellCode(logicalId), cellCode(type), text(action)]),
        ),
    '#### On GitHub',
    renderGitHubSettings(github),
  );
}

function whatHappened({ dryRun, stack }: BootstrapResult): string {
  if (!dryRun) return `${stack.change}.`;
  if (stack.changes.length === 0) return 'nothing would change.';
  return `${count(stack.changes.length, 'resource')} would change. Nothing was done.`;
}
