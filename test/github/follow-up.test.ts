import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openProposal } from '../../actions/lib/adapters/github/proposal.ts';
import type { PlanRow } from '../../actions/lib/plan/plan-row.ts';
import type { JobRecord } from '../../actions/lib/report/job-record.ts';
import { follow } from '../../actions/lib/verbs/follow-up.ts';
import { root } from '../../scripts/setup/install.mjs';
import { declarationOf, setTeardownScene, type TeardownScene } from '../teardown/teardown-scene.ts';

const file = 'deployments/sar/opensarlab.yaml';

let scene: TeardownScene;
beforeEach(async () => {
  const plan = '.github/workflows/plan.yml';
  scene = await setTeardownScene({ [file]: declarationOf('sar'), [plan]: await readFile(join(root, plan), 'utf8') });
});
afterEach(() => scene.close());

const bucket: PlanRow = {
  ...{ place: 'sar-cluster-pipeline', item: 'ArtifactBucket', type: 'AWS::S3::Bucket' },
  ...{ property: 'PhysicalResourceId', act: 'recover', after: '"bucket"' },
};
const refused: JobRecord<'deploy'> = { kind: 'deploy', deployment: 'sar', outcome: 'failed', refused: [bucket] };

/** What a run prepares that refused exactly this. @returns the files of its pull request */
async function prepared(run: string): Promise<string[]> {
  const [number = 0] = await follow(
    { github: scene.job, reporter: scene.reporter },
    { run, attempt: 1 },
    [refused],
    [],
  );
  const { data } = await scene.ada.rest.pulls.listFiles({ ...scene.at, pull_number: number });
  await scene.merge(number);
  return data.map(({ filename }) => filename);
}

it('the same that is refused once more is prepared once more, and changes what its plan is for', async () => {
  expect(await prepared('1')).toEqual([file]);
  expect(await prepared('2')).toEqual([file]);
});

it('no pull request is opened that would change nothing', async () => {
  const proposal = {
    branch: 'same',
    title: 'Nothing',
    body: '',
    changes: [{ path: file, content: declarationOf('sar') }],
  };
  await expect(openProposal(scene.job, proposal)).rejects.toMatchObject({ code: 'NothingProposed' });
  expect((await scene.ada.rest.pulls.list({ ...scene.at, state: 'all' })).data).toEqual([]);
});
