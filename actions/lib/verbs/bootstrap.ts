import type { BootstrapResult } from '../bootstrap/bootstrap-result.ts';
import { applyBootstrapStack, bootstrapStackName, refuseSecondStack } from '../bootstrap/bootstrap-stack.ts';
import { bootstrapBody, bootstrapTemplate } from '../bootstrap/bootstrap-version.ts';
import {
  listSettings,
  type RepositoryReview,
  type RepositorySetup,
  refuseOtherBranch,
  reviewRepository,
} from '../bootstrap/repository-setup.ts';
import { findTier, type RepositoryTier, refuseWithoutEnvironments } from '../bootstrap/repository-tier.ts';
import { chooseProvider, existingProviderParameter, providerArn } from '../bootstrap/trusted-provider.ts';
import { requestTokens } from '../engine/request-token.ts';
import type { AwsPorts, IdentityProviders } from '../ports/aws-ports.ts';
import type { Records } from '../ports/records.ts';
import type { RepositoryIdentity, RepositorySettings } from '../ports/repository-settings.ts';
import type { Surroundings } from './surroundings.ts';

/** Template parameter: `true` or `false`. */
const workflowFileParameter = 'WorkflowFilePinned';

/** Longest wait for the stack, 30 minutes; IAM makes its roles in about two. */
const longestMilliseconds = 30 * 60_000;

export type BootstrapOptions = {
  region: string;
  repository: RepositoryIdentity;
  /** ARN of the account's provider for GitHub, when the account's own one is not to be used or made. */
  existingProvider?: string;
  /** What is to be set in the repository. */
  setup: RepositorySetup;
  /** False: GitHub is looked at, where there is a token, and not changed. */
  configureGitHub: boolean;
  dryRun: boolean;
  /**
   * Whether roles are given only to their own workflow files (claim `job_workflow_ref`); as the stack has it, when not given,
   * and not at first.
   */
  workflowFilePinned?: boolean;
};

export type BootstrapPorts = {
  aws: Pick<AwsPorts, 'account' | 'cloudFormation'>;
  identityProviders: IdentityProviders;
  /** The records of an account, of which one bucket shows where its stack is. */
  recordsOf(accountId: string): Pick<Records, 'bucket'>;
  /** Undefined: there is no token, a person gets a list. */
  repositorySettings?: RepositorySettings;
};

/**
 * Makes an account and a repository ready for each other, once: deploys `cluster/cloudformation/bootstrap.yaml` with the
 * operator's own credentials, and sets (or lists) what the workflows need on GitHub. Run again, it changes nothing.
 * @throws Failure of AWS, CloudFormation or GitHub; nothing is set on GitHub before the stack is complete. Failure
 * `BootstrapElsewhere` when the account's stack is in another region
 * `DefaultBranch`, `NoEnvironments` before anything is done, for a repository that nothing could be deployed from
 */
export async function bootstrap(
  surroundings: Pick<Surroundings, 'workspace' | 'reporter' | 'clock' | 'random' | 'pollMilliseconds'>,
  options: BootstrapOptions,
  { aws, identityProviders, recordsOf, repositorySettings }: BootstrapPorts,
): Promise<BootstrapResult> {
  const { workspace, reporter, clock, random, pollMilliseconds } = surroundings;
  const { region, repository, dryRun, setup } = options;
  const repositoryName = `${repository.owner}/${repository.name}`;
  refuseOtherBranch(repository.defaultBranch);
  const tier = repositorySettings === undefined ? undefined : await findTier(repositorySettings, setup.plan);
  if (tier !== undefined) refuseWithoutEnvironments(tier, repositoryName);
  // Without its comments; with them it may be larger than a request takes.
  const templateBody = bootstrapBody(await workspace.text(bootstrapTemplate));
  const { accountId } = await aws.account.identity();
  const before = await aws.cloudFormation.findStack(bootstrapStackName);
  await refuseSecondStack(before, { accountId, region }, recordsOf(accountId));
  const expected = providerArn(accountId, region);
  const existing = await chooseProvider(options.existingProvider, before, expected, identityProviders);
  const patience = { clock, pollMilliseconds, deadline: new Date(clock.now().getTime() + longestMilliseconds) };
  const stack = await applyBootstrapStack(
    {
      templateBody,
      parameters: {
        GitHubOwner: repository.owner,
        GitHubOwnerId: String(repository.ownerId),
        GitHubRepository: repository.name,
        GitHubRepositoryId: String(repository.id),
        GitHubDefaultBranch: repository.defaultBranch,
        [existingProviderParameter]: existing,
        [workflowFileParameter]: String(
          options.workflowFilePinned ?? before?.parameters[workflowFileParameter] ?? false,
        ),
      },
      token: requestTokens(clock.now(), random),
      dryRun,
    },
    { cloudFormation: aws.cloudFormation, reporter, patience },
  );
  return {
    accountId,
    region,
    repository: repositoryName,
    dryRun,
    stackName: bootstrapStackName,
    stack,
    ...(existing === '' ? {} : { existingProvider: existing }),
    github: await reviewGitHub(options, repositorySettings, tier),
  };
}

async function reviewGitHub(
  { setup, configureGitHub, dryRun }: BootstrapOptions,
  settings: RepositorySettings | undefined,
  tier: RepositoryTier | undefined,
): Promise<RepositoryReview> {
  if (settings === undefined || tier === undefined) return listSettings(setup);
  return await reviewRepository(setup, settings, tier, configureGitHub && !dryRun ? 'set' : 'look');
}
