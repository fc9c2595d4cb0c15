import { renderMirrorRecords } from '../../actions/lib/report/deploy-report.ts';
import { findDeployment } from '../../actions/lib/verbs/find-deployment.ts';
import { mirror } from '../../actions/lib/verbs/mirror.ts';
import { validate } from '../../actions/lib/verbs/validate.ts';
import { openWorkspace } from '../../actions/lib/workspace/workspace.ts';
import { deployCommand, destroyCommand, planCommand, teardownCommand } from './deployment-commands.ts';
import type { Command } from './run-command.ts';
import { sandboxCommand } from './sandbox-command.ts';
import { shellSurroundings } from './shell-surroundings.ts';
import { createTerminalReporter } from './terminal-reporter.ts';

const rootOption = { root: { type: 'string' } } as const;

const validateCommand: Command = {
  usage: 'validate [NAME…] [--root DIR]',
  summary: 'Check declarations; every finding with its file and line.',
  options: rootOption,
  positionals: { min: 0, max: Number.POSITIVE_INFINITY },
  async run(args, streams) {
    const workspace = await openWorkspace(args.text('root') ?? '.');
    const outcome = await validate({ workspace, reporter: createTerminalReporter(streams) }, args.positionals);
    return outcome === 'succeeded' ? 0 : 1;
  },
};

const mirrorCommand: Command = {
  usage: 'mirror NAME [--dry-run] [--root DIR]',
  summary: 'Bring upstream and customizations into CodeCommit, with the credentials of the shell.',
  options: { ...rootOption, 'dry-run': { type: 'boolean' } },
  positionals: { min: 1, max: 1 },
  async run(args, streams) {
    const surroundings = await shellSurroundings(args, streams);
    const deployment = await findDeployment(surroundings, args.positionals[0] ?? '');
    const connection = await surroundings.connect(deployment, 'deploy');
    streams.out(renderMirrorRecords(await mirror(surroundings, deployment, connection, args.flag('dry-run'))));
    return 0;
  },
};

/** Every command of `opensarlab`, in the order of a deployment's life. */
export const commands = {
  validate: validateCommand,
  plan: planCommand,
  mirror: mirrorCommand,
  deploy: deployCommand,
  teardown: teardownCommand,
  destroy: destroyCommand,
  sandbox: sandboxCommand,
} satisfies Record<string, Command>;
