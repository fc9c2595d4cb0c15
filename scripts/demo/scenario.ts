import type { Person } from '@opensarlab/sandbox';
import type { StepRecord } from '../../actions/lib/engine/step-record.ts';
import { criticalPath, timedSteps } from './critical-path.ts';
import { type Declaration, withComment, withLargerNodes, withMistake } from './declaration.ts';
import type { DemoReport } from './demo-report.ts';
import { expectThat } from './expectation.ts';
import type { Stage } from './stage.ts';
import type { StepLog } from './step-log.ts';
import { lookAtAccount } from './visit.ts';

/** What the scenario learns on its way and the report shows. */
export type Findings = Pick<
  DemoReport,
  'stacks' | 'criticalPathVirtualSeconds' | 'deployVirtualSeconds' | 'receipt' | 'timeline' | 'awsCalls'
> & { pullRequests: number[] };

/** Who proposes and merges, and who approves it first, as the ruleset asks. */
export type Cast = { person: Person; colleague: Person };

type Scene = Cast & { stage: Stage; log: StepLog; declaration: Declaration; findings: Findings };

/** Goes through the life of a deployment, from a pull request with a mistake to the receipt. */
export async function playScenario(stage: Stage, cast: Cast, log: StepLog, findings: Findings): Promise<void> {
  const scene: Scene = { ...cast, stage, log, declaration: stage.declaration, findings };
  const first = await propose(scene);
  await deployFirst(scene, first);
  await change(scene);
  await changeNothing(scene);
  await tearDown(scene, first);
}

async function propose({ stage, person, log, declaration, findings }: Scene): Promise<number> {
  const { file, text, name } = declaration;
  const number = await log.step('validate-bad', async () => {
    const pull = await person.propose(`add-${name}`, `Add ${name}`, { [file]: withMistake(text) });
    findings.pullRequests.push(pull);
    await stage.settle();
    const annotations = (await person.annotations(pull)).filter(({ path }) => path === file);
    expectThat(stage.lastRun('gate').conclusion === 'failure', 'the gate did not refuse the mistake');
    expectThat(annotations.length > 0, 'no annotation appeared on the file');
    const [shown] = annotations;
    return {
      value: pull,
      detail: `refused with ${annotations.length} annotations, the first at line ${shown?.line}: ${shown?.message}`,
    };
  });
  await log.step('validate', async () => {
    await person.revise(`add-${name}`, 'Correct the declaration', { [file]: text });
    await stage.settle();
    expectThat(stage.lastRun('gate').conclusion === 'success', 'the gate refused the corrected declaration');
    return { value: undefined, detail: 'the corrected declaration is valid' };
  });
  await log.step('plan', async () => {
    expectThat(stage.lastRun('plan').conclusion === 'success', 'the plan failed');
    const comment = (await person.comments(number)).find(({ body }) => body.includes('opensarlab:plan'));
    expectThat(comment !== undefined, 'no plan comment appeared');
    const plan = stage.record('plan', name);
    expectThat(
      plan.stacks.length === 5 && plan.stacks.every(({ action }) => action === 'create'),
      'the plan is not five new stacks',
    );
    const additions = plan.stacks.reduce((sum, { changes }) => sum + changes.length, 0);
    return {
      value: undefined,
      detail: `one comment by ${comment?.author}: 5 stacks with ${additions} resources to create`,
    };
  });
  return number;
}

/** @returns the commit that main is then */
async function approveAndMerge({ person, colleague }: Scene, pull: number): Promise<string> {
  await colleague.approve(pull);
  return await person.merge(pull);
}

async function deployFirst(scene: Scene, pull: number): Promise<void> {
  const { stage, log, declaration, findings } = scene;
  const { name } = declaration;
  await log.step('merge', async () => {
    const commit = await approveAndMerge(scene, pull);
    return { value: undefined, detail: `main is ${commit.slice(0, 7)}; the workflow deploy starts` };
  });
  await log.step('mirror', async () => {
    await stage.settle();
    const account = await lookAtAccount(stage.administrator, name);
    const heads = await account.codeCommitHeads();
    expectThat(
      heads.length === 2 && heads.every(({ upstream, main }) => upstream && main),
      'a mirrored branch is missing',
    );
    expectThat(
      heads.every(({ kind, upstream }) => upstream === stage.upstream[kind].commit),
      'the branch upstream is not the declared tag',
    );
    return {
      value: undefined,
      detail: heads.map(({ repository, main }) => `${repository} ${main?.slice(0, 7)}`).join(', '),
    };
  });
  await log.step('deploy', async () => {
    const record = stage.record('deploy', name);
    expectThat(stage.lastRun('deploy').conclusion === 'success', record.message);
    const account = await lookAtAccount(stage.administrator, name);
    const statuses = await account.stacks();
    findings.stacks = record.stacks.map((stack) => ({
      name: stack.name,
      status: statuses.get(stack.name) ?? 'NONE',
      virtualSeconds: (Date.parse(stack.finishedAt) - Date.parse(stack.startedAt)) / 1000,
    }));
    expectThat(
      // A stack that is protected once it is there ends with an update.
      findings.stacks.length === 5 && findings.stacks.every(({ status }) => /^(CREATE|UPDATE)_COMPLETE$/.test(status)),
      'not all five stacks are complete',
    );
    expectThat(
      stage.lastRun('deploy').jobs.some(({ environment }) => environment?.url === record.outputs.url),
      'GitHub’s deployment does not lead to the lab',
    );
    measureDeployment(findings, record.steps);
    findings.awsCalls['deploy'] = record.calls;
    return {
      value: undefined,
      detail: `5 stacks, images and hub in ${Math.round(findings.deployVirtualSeconds)} s of AWS time`,
    };
  });
  await log.step('smoke', async () => {
    const smoke = stage.record('deploy', name).steps.find(({ id }) => id === 'smoke');
    expectThat(smoke?.outcome === 'succeeded', smoke?.failure?.message ?? 'the profiles were not tested');
    return { value: undefined, detail: smoke?.detail ?? 'every profile started a server' };
  });
}

/** Times on AWS's clock: the whole, and the longest chain of steps that need each other. */
function measureDeployment(findings: Findings, steps: readonly StepRecord[]): void {
  const timed = timedSteps(steps);
  const path = criticalPath(timed, new Map(steps.map(({ id, needs = [] }) => [id, needs])));
  findings.criticalPathVirtualSeconds = path.seconds;
  findings.deployVirtualSeconds = Math.max(...timed.map(({ to }) => to)) - Math.min(...timed.map(({ from }) => from));
  findings.timeline = timed
    .map(({ id, title, from, to }) => ({ title, from, to, critical: path.ids.includes(id) }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

async function change(scene: Scene): Promise<void> {
  const { stage, person, log, declaration, findings } = scene;
  const { file, name } = declaration;
  const pull = await log.step('plan-change', async () => {
    declaration.text = withLargerNodes(declaration.text);
    const number = await person.propose(`resize-${name}`, `Larger nodes for ${name}`, { [file]: declaration.text });
    findings.pullRequests.push(number);
    await stage.settle();
    expectThat(stage.lastRun('plan').conclusion === 'success', 'the plan failed');
    const plan = stage.record('plan', name);
    const updated = plan.stacks.filter(({ action }) => action !== 'unchanged');
    expectThat(
      updated.length > 0 && updated.every(({ action }) => action === 'update'),
      'the plan does not show an update',
    );
    const changes = updated.flatMap((stack) => stack.changes.map(({ logicalId }) => `${stack.name}/${logicalId}`));
    return { value: number, detail: `the plan shows ${changes.join(', ')}` };
  });
  await log.step('deploy-change', async () => {
    await approveAndMerge(scene, pull);
    await stage.settle();
    const record = stage.record('deploy', name);
    expectThat(stage.lastRun('deploy').conclusion === 'success', record.message);
    const changed = record.stacks.filter((stack) => stack.change !== 'unchanged');
    expectThat(
      changed.length > 0 && changed.every((stack) => stack.change === 'updated'),
      'the change was not an update',
    );
    return {
      value: undefined,
      detail: `updated ${changed.map((stack) => stack.name).join(', ')}; the others unchanged`,
    };
  });
}

async function changeNothing(scene: Scene): Promise<void> {
  const { stage, person, log, declaration, findings } = scene;
  const { file, name } = declaration;
  await log.step('no-op', async () => {
    declaration.text = withComment(declaration.text);
    const files = { [file]: declaration.text, 'docs/notes.md': '# Notes\n\nNothing that AWS would see.\n' };
    const pull = await person.propose('notes', 'Write something down', files);
    findings.pullRequests.push(pull);
    await stage.settle();
    await approveAndMerge(scene, pull);
    await stage.settle();
    const record = stage.record('deploy', name);
    expectThat(
      stage.lastRun('deploy').conclusion === 'success' && record.unchanged,
      `something was redeployed: ${record.message}`,
    );
    findings.awsCalls['no-op'] = record.calls;
    return { value: undefined, detail: `nothing was redeployed; ${record.calls} requests to AWS` };
  });
}

async function tearDown(scene: Scene, labelled: number): Promise<void> {
  const { stage, person, log, declaration, findings } = scene;
  const { name } = declaration;
  await log.step('label', async () => {
    await person.label(labelled, 'destroy');
    await stage.settle();
    expectThat(stage.lastRun('teardown').conclusion === 'success', 'the workflow teardown failed');
    return { value: undefined, detail: `#${labelled} is labelled destroy` };
  });
  const teardown = await log.step('teardown-pr', async () => {
    const open = (await person.pulls()).filter(({ title }) => title === `Tear down ${name}`);
    const [pull] = open;
    expectThat(pull !== undefined && open.length === 1, 'there is not exactly one teardown pull request');
    findings.pullRequests.push(pull.number);
    stage.approveRuns(pull.number);
    await stage.settle();
    expectThat(stage.lastRun('gate').conclusion === 'success', 'the gate refused the teardown');
    const inventory = (await person.comments(pull.number)).some(({ body }) =>
      body.includes(`opensarlab:plan of ${name}`),
    );
    expectThat(inventory, 'the plan of the teardown is missing');
    expectThat(stage.lastRun('plan').conclusion === 'success', 'the teardown could not be planned');
    return { value: pull.number, detail: `#${pull.number} deletes deployments/${name} and shows the inventory` };
  });
  await log.step('destroy', async () => {
    await approveAndMerge(scene, teardown);
    await stage.settle();
    const receipt = stage.record('destroy', name);
    findings.receipt = { gone: receipt.gone, retained: receipt.retained, leftover: receipt.leftover };
    findings.awsCalls['destroy'] = receipt.calls;
    expectThat(stage.lastRun('destroy').conclusion === 'success', receipt.message);
    return {
      value: undefined,
      detail: `${receipt.gone.length} gone, ${receipt.retained.length} retained, ${receipt.leftover.length} left over`,
    };
  });
  await log.step('verify', async () => {
    const account = await lookAtAccount(stage.administrator, name);
    const left = await account.unexplained(findings.receipt.retained.map(({ arn }) => arn));
    expectThat(left.length === 0, `the account still has ${left.join(', ')}`);
    expectThat(findings.receipt.leftover.length === 0, 'the receipt has leftovers');
    const posted = (await person.comments(teardown)).some(({ body }) => body.includes('opensarlab:receipt'));
    expectThat(posted, 'the receipt was not posted');
    return { value: undefined, detail: 'an independent look at the account finds only what the receipt retains' };
  });
}
