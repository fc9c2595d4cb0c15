import { originRepository } from '../../actions/lib/adapters/git/origin.ts';
import { connectGitHub } from '../../actions/lib/adapters/github/connection.ts';
import { signedIn } from '../../actions/lib/adapters/github/permission.ts';
import { MirrorDiverged } from '../../actions/lib/mirror/divergence.ts';
import { renderDivergences, renderMirrorPreview, renderMirrorRecords } from '../../actions/lib/report/mirror-report.ts';
import { findDeployment } from '../../actions/lib/verbs/find-deployment.ts';
import { mirror } from '../../actions/lib/verbs/mirror.ts';
import { adoptDivergence } from '../../actions/lib/verbs/mirror-adoption.ts';
import { jsonOption, rootOption } from './checkout.ts';
import { type Command, type CommandArguments, type ExitCode, misused } from './run-command.ts';
import { shellSurroundings } from './shell-surroundings.ts';
import { printReport, type TerminalStreams } from './terminal-reporter.ts';

export const mirrorCommand: Command = {
  options: {
    ...rootOption,
    'dry-run': { type: 'boolean', help: 'Show what would be pushed and push nothing.' },
    adopt: { type: 'boolean', help: 'Open a pull request with what somebody committed in CodeCommit.' },
    discard: {
      type: 'boolean',
      help: 'Go on without what somebody committed in CodeCommit; it stays there on a branch discarded/….',
    },
    cache: { type: 'string', value: 'DIR', help: 'Folder that keeps upstream objects between runs; never needed.' },
    repository: { type: 'string', value: 'OWNER/NAME', help: 'GitHub repository of the pull request of --adopt.' },
    ...jsonOption,
  },
  positionals: { min: 1, max: 1 },
  async run(args, streams) {
    if (args.flag('adopt') && (args.flag('discard') || args.flag('dry-run'))) {
      throw misused('--adopt goes alone: it opens a pull request and leaves CodeCommit as it is.');
    }
    return args.flag('adopt') ? await adopt(args, streams) : await bring(args, streams);
  },
};

async function subject(args: CommandArguments, streams: TerminalStreams) {
  const surroundings = await shellSurroundings(args, streams);
  const deployment = await findDeployment(surroundings, args.positionals[0] ?? '');
  return { surroundings, deployment, connection: await surroundings.connect(deployment, 'deploy') };
}

async function bring(args: CommandArguments, streams: TerminalStreams): Promise<ExitCode> {
  const { surroundings, deployment, connection } = await subject(args, streams);
  try {
    const records = await mirror(surroundings, deployment, connection, args.flag('dry-run'), {
      cache: args.text('cache'),
      discard: args.flag('discard'),
    });
    if (args.flag('json')) streams.out(JSON.stringify(records, null, 2));
    else if (args.flag('dry-run')) streams.out(renderMirrorPreview(records));
    else printReport(streams, renderMirrorRecords(records));
    return 0;
  } catch (error) {
    if (error instanceof MirrorDiverged) printReport(streams, renderDivergences(error.divergences));
    throw error;
  }
}

async function adopt(args: CommandArguments, streams: TerminalStreams): Promise<ExitCode> {
  const { surroundings, deployment, connection } = await subject(args, streams);
  const repository =
    args.text('repository') ?? (process.env.GITHUB_REPOSITORY || (await originRepository(surroundings.workspace.root)));
  if (repository === undefined) throw misused('Which repository gets the pull request? Give --repository OWNER/NAME.');
  const token = process.env.GITHUB_TOKEN || process.env.GH_TOKEN || '';
  const github = await signedIn(connectGitHub(token, repository, process.env.GITHUB_API_URL || undefined));
  const result = await adoptDivergence(surroundings, deployment, connection, github, args.text('cache'));
  streams.out(
    result === undefined ? 'There is nothing to adopt: CodeCommit is as the last mirror left it.' : result.url,
  );
  return 0;
}
