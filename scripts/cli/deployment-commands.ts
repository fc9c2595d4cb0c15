import { resolve } from 'node:path';
import { headCommit } from '../../actions/lib/adapters/git/first-parents.ts';
import type { Deployment } from '../../actions/lib/deployment/deployment.ts';
import { Failure } from '../../actions/lib/failure.ts';
import { canonicalJson, sha256 } from '../../actions/lib/plan/canonical-json.ts';
import type { Plan } from '../../actions/lib/plan/plan.ts';
import { planOutcome } from '../../actions/lib/plan/plan-outcome.ts';
import { renderDeployRecord } from '../../actions/lib/report/deploy-report.ts';
import { renderPlan } from '../../actions/lib/report/plan-report.ts';
import { renderReceipt, renderTeardownPlan } from '../../actions/lib/report/teardown-report.ts';
import { deploy, type Permission } from '../../actions/lib/verbs/deploy.ts';
import { destroy } from '../../actions/lib/verbs/destroy.ts';
import { findDeployment } from '../../actions/lib/verbs/find-deployment.ts';
import { plan } from '../../actions/lib/verbs/plan.ts';
import { planTeardown } from '../../actions/lib/verbs/plan-teardown.ts';
import type { Connection, RoleKind, Surroundings } from '../../actions/lib/verbs/surroundings.ts';
import { jsonOption, rootOption } from './checkout.ts';
import { githubTarget, targetOptions } from './github-target.ts';
import { type Command, type CommandArguments, misused } from './run-command.ts';
import { pollOption, shellSurroundings } from './shell-surroundings.ts';
import { printReport, type TerminalStreams } from './terminal-reporter.ts';
import { startTipPlan } from './tip-plan.ts';

const options = { ...rootOption, ...jsonOption, ...pollOption };

type Subject = { surroundings: Surroundings; deployment: Deployment; connection: Connection };

/** What every command of one deployment starts with. */
async function subject(args: CommandArguments, streams: TerminalStreams, role: RoleKind): Promise<Subject> {
  const surroundings = await shellSurroundings(args, streams);
  const deployment = await findDeployment(surroundings, args.positionals[0] ?? '');
  return { surroundings, deployment, connection: await surroundings.connect(deployment, role) };
}

/** The value itself with `--json`, else its report. */
function show<T>(args: CommandArguments, streams: TerminalStreams, value: T, render: (value: T) => string): void {
  if (args.flag('json')) streams.out(JSON.stringify(value, null, 2));
  else printReport(streams, render(value));
}

export const planCommand: Command = {
  options: {
    ...options,
    ...targetOptions,
    tip: {
      type: 'boolean',
      help: 'Have the workflow plan and seal it as the tip of the default branch declares it, with a token in GITHUB_TOKEN; for a run of deploy by hand. Nothing is asked of AWS here.',
    },
  },
  positionals: { min: 1, max: 1 },
  async run(args, streams) {
    if (args.flag('tip')) return await planTip(args, streams);
    const { surroundings, deployment, connection } = await subject(args, streams, 'plan');
    const value = await plan(surroundings, deployment, connection);
    show(args, streams, value, renderPlan);
    return planOutcome(value) === 'succeeded' ? 0 : 1;
  },
};

async function planTip(args: CommandArguments, streams: TerminalStreams): Promise<0> {
  const [name = ''] = args.positionals;
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(name)) throw misused(`${JSON.stringify(name)} is no name of a deployment.`);
  const started = await startTipPlan(await githubTarget(args, resolve(args.text('root') ?? '.')), name);
  if (args.flag('json')) streams.out(JSON.stringify(started, null, 2));
  else {
    streams.out(`The plan of ${name} at the tip of ${started.branch} (${started.tip.slice(0, 12)}) was started.`);
    streams.out(`Its rows and its digest will be in the summary of the newest run: ${started.url}`);
  }
  return 0;
}

export const deployCommand: Command = {
  options: {
    ...options,
    approve: {
      type: 'string',
      value: 'DIGEST',
      help: 'Digest of the plan that may be carried out, as the question shows it.',
    },
  },
  positionals: { min: 1, max: 1 },
  async run(args, streams) {
    const { surroundings, deployment, connection } = await subject(args, streams, 'deploy');
    const record = await deploy(surroundings, deployment, connection, {
      run: String(surroundings.clock.now().getTime()),
      attempt: 1,
      byHand: true,
      ...signalOf(streams),
      commit: await headCommit(surroundings.workspace.root),
      permission: async (makePlan) => await askPermission(await makePlan(), args.text('approve'), streams),
    });
    show(args, streams, record, renderDeployRecord);
    return record.outcome === 'succeeded' ? 0 : 1;
  },
};

/** At a terminal the person decides on what is shown; a script has to name exactly the plan that it was told about. */
async function askPermission(plan: Plan, given: string | undefined, streams: TerminalStreams): Promise<Permission> {
  const approval = { baseline: [], rows: plan.rows, lookedUp: plan.lookedUp };
  const permission = { approval, lookedUp: plan.lookedUp };
  const digest = sha256(canonicalJson(plan.rows));
  if (plan.rows.length === 0 || given === digest) return permission;
  printReport(streams, renderPlan(plan));
  const question = `This is plan ${digest.slice(0, 12)}. Type the deployment's name to carry it out: `;
  const answer = given === undefined ? await streams.ask?.(question) : undefined;
  if (answer?.trim() === plan.deployment) return permission;
  throw new Failure({
    code: 'NotApproved',
    source: 'user',
    message: `${plan.deployment} was not changed: nobody approved its plan ${digest}.`,
    hint: `Look at the plan, then answer the question or give --approve ${digest}.`,
  });
}

export const teardownCommand: Command = {
  options,
  positionals: { min: 1, max: 1 },
  async run(args, streams) {
    const { surroundings, deployment, connection } = await subject(args, streams, 'plan');
    const { plan: value } = await planTeardown(surroundings, deployment, connection, { names: true });
    show(args, streams, value, (shown) => renderTeardownPlan(shown, true));
    return 0;
  },
};

/** Ctrl-C stops the waiting, and the report says what may still go on in AWS. */
function signalOf({ interruption }: TerminalStreams): { signal?: AbortSignal } {
  return interruption === undefined ? {} : { signal: interruption() };
}

export const destroyCommand: Command = {
  options: { ...options, confirm: { type: 'string', value: 'NAME', help: 'The name once more.' } },
  positionals: { min: 1, max: 1 },
  async run(args, streams) {
    const [name = ''] = args.positionals;
    if (args.text('confirm') !== name) {
      throw misused(`This destroys ${JSON.stringify(name)}.`, `Repeat the name: --confirm ${name}`);
    }
    const { surroundings, deployment, connection } = await subject(args, streams, 'destroy');
    const receipt = await destroy(surroundings, deployment, connection, signalOf(streams));
    show(args, streams, receipt, renderReceipt);
    return receipt.outcome === 'succeeded' ? 0 : 1;
  },
};
