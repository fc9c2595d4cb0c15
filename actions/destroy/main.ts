import { Failure } from '../lib/failure.ts';
import { fileAt } from '../lib/git/changed-paths.ts';
import { runAction } from '../lib/github/run-action.ts';
import { recordJob } from '../lib/report/job-record.ts';
import { destroy } from '../lib/verbs/destroy.ts';
import { pastDeployment } from '../lib/verbs/find-deployment.ts';
import { finishJob } from '../lib/verbs/finish-job.ts';
import { jobSurroundings } from '../lib/verbs/job-surroundings.ts';

await runAction(async (context) => {
  const surroundings = await jobSurroundings(context);
  const { workspace } = surroundings;
  const name = context.input('deployment', { required: true });
  const commit = context.input('declared-at', { required: true });
  const record = await recordJob('destroy', name, async () => {
    const file = `deployments/${name}/opensarlab.yaml`;
    if ((await workspace.deploymentFolders()).some((folder) => folder.name === name)) throw stillDeclared(name);
    const deployment = await pastDeployment(surroundings, name, await fileAt(workspace.root, commit, file));
    const value = await destroy(surroundings, deployment, await surroundings.connect(deployment, 'destroy'));
    return { outcome: value.outcome, value };
  });
  return await finishJob(context, record);
});

function stillDeclared(name: string): Failure {
  return new Failure({
    code: 'StillDeclared',
    source: 'user',
    message: `deployments/${name} exists, so it is not destroyed.`,
    hint: 'Put the label destroy on a pull request that touched it, and merge the teardown pull request.',
  });
}
