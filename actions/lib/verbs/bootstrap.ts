import type { BootstrapResult } from '../bootstrap/bootstrap-result.ts';
import { applyBootstrapStack, bootstrapStackName } from '../bootstrap/bootstrap-stack.ts';
import { setUpRepository } from '../bootstrap/repository-setup.ts';
import { chooseProvider, existingProviderParameter, providerArn } from '../bootstrap/trusted-provider.ts';
import { requestTokens } from '../engine/request-token.ts';
import type { AwsPorts } from '../ports/aws-ports.ts';
import type { IdentityProviders } from '../ports/identity-providers.ts';
import type { RepositoryIdentity, RepositorySettings } from '../ports/repository-settings.ts';
import { readTemplate } from '../stacks/template.ts';
import { requestText } from '../stacks/template-text.ts';
import type { Surroundings } from './surroundings.ts';

/** Longest wait for the stack, 30 minutes; IAM makes its roles in about two. */
const longestMilliseconds = 30 * 60_000;

export type BootstrapOptions = {
  region: string;
  repository: RepositoryIdentity;
  /** ARN of the account's provider for GitHub, when the account's own one is not to be used or made. */
  existingProvider?: string;
  /** Variables to set in the repository, by name. */
  variables: Readonly<Record<string, string>>;
  dryRun: boolean;
};

export type BootstrapPorts = {
  aws: Pick<AwsPorts, 'account' | 'cloudFormation'>;
  identityProviders: IdentityProviders;
  /** Undefined: GitHub is not changed, a person gets a list. */
  repositorySettings?: RepositorySettings;
};

/**
 * Makes an account and a repository ready for each other, once: deploys `cluster/cloudformation/bootstrap.yaml` with the
 * operator's own credentials, and sets (or lists) what the workflows need on GitHub. Run again, it changes nothing.
 * @throws Failure of AWS, CloudFormation or GitHub; nothing is set on GitHub before the stack is complete
 */
export async function bootstrap(
  surroundings: Pick<Surroundings, 'workspace' | 'reporter' | 'clock' | 'pollMilliseconds'>,
  options: BootstrapOptions,
  { aws, identityProviders, repositorySettings }: BootstrapPorts,
): Promise<BootstrapResult> {
  const { workspace, reporter, clock, pollMilliseconds } = surroundings;
  const { region, repository, dryRun } = options;
  const path = 'cluster/cloudformation/bootstrap.yaml';
  // Without its comments; with them it may be larger than a request takes.
  const templateBody = requestText(readTemplate(await workspace.text(path), path));
  const { accountId } = await aws.account.identity();
  const before = await aws.cloudFormation.findStack(bootstrapStackName);
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
      },
      token: requestTokens(clock.now(), Math.random),
      dryRun,
    },
    { cloudFormation: aws.cloudFormation, reporter, patience },
  );
  const { defaultBranch } = repository;
  const setup = { defaultBranch, variables: options.variables };
  return {
    accountId,
    region,
    repository: `${repository.owner}/${repository.name}`,
    dryRun,
    stackName: bootstrapStackName,
    stack,
    ...(existing === '' ? {} : { existingProvider: existing }),
    settings: await setUpRepository(setup, dryRun ? undefined : repositorySettings),
  };
}
