import { connectAccount } from '../../actions/lib/adapters/aws/account.ts';
import { clientSettings } from '../../actions/lib/adapters/aws/client-settings.ts';
import { connectCloudFormation } from '../../actions/lib/adapters/aws/cloudformation.ts';
import { connectIdentityProviders } from '../../actions/lib/adapters/aws/identity-providers.ts';
import { connectRecords } from '../../actions/lib/adapters/aws/records.ts';
import { shellCredentials } from '../../actions/lib/adapters/aws/shell-credentials.ts';
import { shellRegion } from '../../actions/lib/adapters/aws/shell-region.ts';
import { renderBootstrap } from '../../actions/lib/report/bootstrap-report.ts';
import { type BootstrapPorts, bootstrap } from '../../actions/lib/verbs/bootstrap.ts';
import { jsonOption, rootOption } from './checkout.ts';
import {
  githubTarget,
  identityOf,
  refuseOtherServer,
  repositoryOptions,
  settingsOf,
  setupOf,
} from './github-target.ts';
import { type Command, type CommandArguments, misused } from './run-command.ts';
import { pollOption, shellSurroundings } from './shell-surroundings.ts';
import { printReport } from './terminal-reporter.ts';

export const bootstrapCommand: Command = {
  options: {
    ...rootOption,
    ...repositoryOptions,
    'owner-id': { type: 'string', value: 'N', help: 'Number of the owner, where GitHub cannot be asked.' },
    'repository-id': { type: 'string', value: 'N', help: 'Number of the repository, where GitHub cannot be asked.' },
    'default-branch': { type: 'string', value: 'BRANCH', help: 'Its default branch, where GitHub cannot be asked.' },
    region: { type: 'string', value: 'REGION', help: 'Region of the stack; by default that of the shell.' },
    'existing-provider': {
      type: 'string',
      value: 'ARN',
      help: 'OIDC provider of GitHub that the account has already.',
    },
    'configure-github': {
      type: 'boolean',
      help: 'Set what GitHub needs, with an administrator’s token in GITHUB_TOKEN. Ends with 1 when something was refused.',
    },
    'pin-workflow-files': {
      type: 'string',
      value: 'on|off',
      help: 'Give each role only to its own workflow files; by default as it is.',
    },
    'dry-run': { type: 'boolean', help: 'Show what would be done and change nothing.' },
    ...jsonOption,
    ...pollOption,
  },
  positionals: { min: 0, max: 0 },
  async run(args, streams) {
    const region = await regionOf(args);
    const setup = setupOf(args);
    const surroundings = await shellSurroundings(args, streams);
    const target = await githubTarget(args, surroundings.workspace.root);
    refuseOtherServer(target);
    const configureGitHub = args.flag('configure-github');
    // With both ids nothing is asked of GitHub, unless it is to be changed.
    const asked = configureGitHub || args.text('owner-id') === undefined;
    const repositorySettings = asked ? settingsOf(target) : undefined;
    if (configureGitHub && repositorySettings === undefined) {
      throw misused('--configure-github needs an administrator’s token in GITHUB_TOKEN.');
    }
    const pinning = pinningOf(args);
    const repository = await identityOf(args, target);
    const existingProvider = args.text('existing-provider');
    const result = await bootstrap(
      surroundings,
      {
        region,
        repository,
        setup,
        configureGitHub,
        dryRun: args.flag('dry-run'),
        ...(existingProvider === undefined ? {} : { existingProvider }),
        ...pinning,
      },
      {
        ...awsPorts(region),
        ...(repositorySettings === undefined ? {} : { repositorySettings }),
      },
    );
    if (args.flag('json')) streams.out(JSON.stringify(result, null, 2));
    else printReport(streams, renderBootstrap(result));
    return configureGitHub && !args.flag('dry-run') && !result.github.ready ? 1 : 0;
  },
};

function awsPorts(region: string): Pick<BootstrapPorts, 'aws' | 'identityProviders' | 'recordsOf'> {
  const settings = clientSettings(region, shellCredentials());
  const counter = { count: 0 };
  return {
    aws: {
      account: connectAccount(settings, counter),
      cloudFormation: connectCloudFormation(settings, counter),
    },
    identityProviders: connectIdentityProviders(settings, counter),
    recordsOf: (accountId) => connectRecords(settings, { accountId, planRole: 'opensarlab-plan' }, counter),
  };
}

async function regionOf(args: CommandArguments): Promise<string> {
  const region = args.text('region') ?? (await shellRegion()) ?? '';
  if (/^[a-z]{2}(-[a-z]+){1,2}-[0-9]$/.test(region)) return region;
  throw misused(
    'Say in which region the stack belongs: --region us-west-2, or AWS_REGION, or the region of your AWS profile.',
    'One region for the account; deployments in others use the same stack.',
  );
}

function pinningOf(args: CommandArguments): { workflowFilePinned?: boolean } {
  const text = args.text('pin-workflow-files');
  if (text === undefined) return {};
  if (text === 'on' || text === 'off') return { workflowFilePinned: text === 'on' };
  throw misused('--pin-workflow-files takes on or off.');
}
