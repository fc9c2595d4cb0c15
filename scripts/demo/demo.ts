import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Person, startSandbox } from '@opensarlab/sandbox';
import { worstOutcome } from '../../actions/lib/engine/outcome.ts';
import { root } from '../setup/install.mjs';
import type { DemoReport } from './demo-report.ts';
import { createProgress } from './progress.ts';
import { renderReportPage } from './report-page.ts';
import { type Findings, playScenario } from './scenario.ts';
import { setStage } from './stage.ts';
import { createStepLog } from './step-log.ts';

/** Virtual seconds per real second: an EKS cluster takes ten minutes in AWS and 7.5 seconds here. */
const scale = 80;

const began = performance.now();
const sandbox = await startSandbox({ scale });
const sandboxReadySeconds = (performance.now() - began) / 1000;
const progress = createProgress(sandbox.clock, (line) => process.stdout.write(`${line}\n`));
progress.say(
  `Sandbox ready in ${sandboxReadySeconds.toFixed(2)} s: AWS ${sandbox.aws.url}, GitHub ${sandbox.github.serverUrl}`,
);

const findings: Findings = {
  stacks: [],
  criticalPathVirtualSeconds: 0,
  deployVirtualSeconds: 0,
  receipt: { gone: [], retained: [], leftover: [] },
  timeline: [],
  awsCalls: {},
  pullRequests: [],
};
const log = createStepLog(progress.say);
let name = '';
let shown: DemoReport['pullRequests'] = [];
try {
  const stage = await setStage(root, sandbox, {
    say: progress.say,
    // The environment destroy has reviewers where the tier has them; one of them looks and agrees.
    approve: ({ environment, reviewers }) => {
      progress.say(`  ${reviewers[0]} lets the job go on to ${environment}`);
      return true;
    },
  });
  name = stage.declaration.name;
  const person = await sandbox.person(stage.repository, { login: 'jdoe', id: 4242, permission: 'write' });
  const colleague = await sandbox.person(stage.repository, { login: 'asmith', id: 4243, permission: 'write' });
  try {
    await playScenario(stage, { person, colleague }, log, findings);
  } finally {
    shown = await Promise.all(findings.pullRequests.map((number) => show(person, number)));
  }
} catch (error) {
  progress.say(`The demo stopped: ${error instanceof Error ? error.message : String(error)}`);
} finally {
  for (const { principal, action, resource = 'an unknown resource' } of sandbox.aws.refusals) {
    progress.say(`AWS refused ${principal} ${action} on ${resource}`);
  }
  await sandbox.close();
}

const steps = log.steps();
const report: DemoReport = {
  outcome: worstOutcome(steps.map(({ outcome }) => outcome)),
  deployment: name,
  steps,
  stacks: findings.stacks,
  criticalPathVirtualSeconds: findings.criticalPathVirtualSeconds,
  deployVirtualSeconds: findings.deployVirtualSeconds,
  receipt: findings.receipt,
  timeline: findings.timeline,
  clockScale: scale,
  realSeconds: (performance.now() - began) / 1000,
  sandboxReadySeconds,
  awsCalls: findings.awsCalls,
  pullRequests: shown,
};
const folder = join(root, '.opensarlab', 'demo');
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
await writeFile(join(folder, 'report.html'), renderReportPage(report));
progress.say(
  `${steps.filter(({ outcome }) => outcome === 'succeeded').length} of ${steps.length} steps ended as they should.`,
);
progress.say('Report: .opensarlab/demo/report.html and report.json');
process.exitCode = report.outcome === 'succeeded' ? 0 : 1;

async function show(person: Person, number: number): Promise<DemoReport['pullRequests'][number]> {
  const [{ title, body }, annotations, comments] = await Promise.all([
    person.pull(number),
    person.annotations(number),
    person.comments(number),
  ]);
  return { number, title, body, annotations, comments };
}
