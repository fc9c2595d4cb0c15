import { lossesOf } from '../plan/losses.ts';
import type { DeploySeal, Seal } from '../plan/seal.ts';
import { code, count, paragraphs, table, text } from './markdown.ts';
import { lossSentence } from './plan-report.ts';
import { renderEveryRow } from './rows-report.ts';
import { renderTeardownPlan } from './teardown-report.ts';

/** A sealed plan with what is known of it beside its content. */
export type ShownSeal = {
  seal: Seal;
  digest: string;
  /** Key in the bucket of records. */
  key: string;
  writtenAt: Date;
  standing: { kind: string; why: string };
};

/** A sealed plan for a person who may read the bucket: every row, and people by their names where the seal has them. */
export function renderSeal({ seal, digest, key, writtenAt, standing }: ShownSeal): string {
  const { origin, deployment, accountId, region, kind } = seal;
  const { pullRequest, head, base, run, attempt, repositoryId } = origin;
  const facts: [string, string][] = [
    ['digest', code(digest)],
    ['kind', kind === 'teardown' ? 'teardown: what merging destroys' : 'deploy: what may be done in AWS'],
    ['of', pullRequest === undefined ? 'the tip of the default branch' : `pull request ${pullRequest}`],
    ['commit', `${code(head)} on ${code(base.slice(0, 12))}`],
    [
      'written',
      `${writtenAt.toISOString()} by run ${text(run)}, attempt ${attempt}, of the repository ${repositoryId}`,
    ],
    ['account', `${code(accountId)} in ${text(region)}`],
    ['approved', `**${text(standing.kind)}**: ${text(standing.why)}`],
    ['object', code(key)],
  ];
  return paragraphs(
    `# Sealed plan of ${text(deployment)}`,
    table(['', ''], facts),
    seal.kind === 'teardown' ? renderTeardownPlan(seal.plan, true) : renderDeploy(seal),
  );
}

function renderDeploy({ rows, withdrawn, lookedUp }: DeploySeal): string {
  const values = Object.entries(lookedUp);
  return paragraphs(
    lossSentence(lossesOf(rows)),
    `## ${count(rows.length, 'row')}`,
    rows.length === 0 ? 'Nothing changes in AWS.' : renderEveryRow(rows),
    withdrawn.length === 0 ? '' : `## Withdrawn: ${count(withdrawn.length, 'row')} that earlier plans approved`,
    withdrawn.length === 0 ? '' : renderEveryRow(withdrawn),
    values.length === 0 ? '' : '## Values that were looked up',
    values.length === 0
      ? ''
      : table(
          ['For', 'Value'],
          values.map(([name, value]) => [code(name), code(value)]),
        ),
    'Long values are cut here; with `--json` they are whole.',
  );
}
