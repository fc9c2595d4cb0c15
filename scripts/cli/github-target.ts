import { originRemote } from '../../actions/lib/adapters/git/origin.ts';
import { connectGitHub } from '../../actions/lib/adapters/github/connection.ts';
import { findRepository } from '../../actions/lib/adapters/github/find-repository.ts';
import { connectRepositorySettings } from '../../actions/lib/adapters/github/repository-settings.ts';
import type { RepositorySetup } from '../../actions/lib/bootstrap/repository-setup.ts';
import { type Plan, plans } from '../../actions/lib/bootstrap/repository-tier.ts';
import type { RepositoryIdentity, RepositorySettings } from '../../actions/lib/ports/repository-settings.ts';
import { type CommandArguments, type CommandOption, misused } from './command-arguments.ts';

/** Options by which a repository on GitHub is named. */
export const targetOptions = {
  owner: {
    type: 'string',
    value: 'OWNER',
    help: 'Person or organization that the GitHub repository belongs to; by default that of the remote `origin`.',
  },
  repository: {
    type: 'string',
    value: 'NAME',
    help: 'Name of the GitHub repository, without its owner; by default that of the remote `origin`.',
  },
} as const satisfies Record<string, CommandOption>;

/** Options of commands that set up or look at one repository on GitHub. */
export const repositoryOptions = {
  ...targetOptions,
  variable: { type: 'string', value: 'NAME=VALUE', multiple: true, help: 'A variable that the repository is to have.' },
  reviewer: {
    type: 'string',
    value: 'LOGIN',
    multiple: true,
    help: 'Who approves destroy runs, where the plan has reviewers; by default the administrators.',
  },
  'deploy-reviewer': {
    type: 'string',
    value: 'LOGIN',
    multiple: true,
    help: 'Who approves deploy runs as well; by default nobody: a merge is enough.',
  },
  plan: {
    type: 'string',
    value: plans.join('|'),
    help: 'The owner’s plan, where GitHub does not show it; Pro is as team.',
  },
} as const satisfies Record<string, CommandOption>;

/** A repository on GitHub and how to reach it. */
export type GitHubTarget = {
  owner: string;
  name: string;
  /** e.g. `https://api.github.com` */
  apiUrl: string;
  token: string | undefined;
};

/** @throws Failure `Usage` when neither options nor the remote `origin` of `folder` name a repository */
export async function githubTarget(args: CommandArguments, folder: string): Promise<GitHubTarget> {
  const given = { owner: namedBy(args, 'owner'), name: namedBy(args, 'repository') };
  const complete = given.owner !== undefined && given.name !== undefined;
  const origin = complete ? undefined : await originRemote(folder);
  const owner = given.owner ?? origin?.owner;
  const name = given.name ?? origin?.name;
  if (owner === undefined || name === undefined) {
    throw misused(
      'Which repository on GitHub? This folder has no remote `origin` that says so.',
      'Give --owner and --repository, or add the remote.',
    );
  }
  const apiUrl = process.env.GITHUB_API_URL || apiOf(origin?.host ?? 'github.com');
  return { owner, name, apiUrl, token: process.env.GITHUB_TOKEN || process.env.GH_TOKEN || undefined };
}

/**
 * The API of a server (docs.github.com/en/enterprise-server/rest/overview, …/enterprise-cloud/admin/data-residency). A
 * name without dot is an alias of somebody's SSH configuration.
 */
function apiOf(host: string): string {
  if (host === 'github.com' || host === 'ssh.github.com' || !host.includes('.')) return 'https://api.github.com';
  return host.endsWith('.ghe.com') ? `https://api.${host}` : `https://${host}/api/v3`;
}

/**
 * The roles of the bootstrap stack trust the tokens of github.com; other servers have issuers of their own.
 * @throws Failure `Usage` for another server; one on this machine is a sandbox
 */
export function refuseOtherServer({ apiUrl }: GitHubTarget): void {
  const { hostname } = new URL(apiUrl);
  if (['api.github.com', '127.0.0.1', '[::1]', 'localhost'].includes(hostname)) return;
  throw misused(
    `The repository is on ${hostname}, and the roles that bootstrap makes trust workflows of github.com only: nothing could be deployed from there.`,
    'Keep the deployments in a repository on github.com; it may be private.',
  );
}

/** With both ids nothing is asked of GitHub. */
export async function identityOf(args: CommandArguments, target: GitHubTarget): Promise<RepositoryIdentity> {
  const { owner, name, apiUrl, token } = target;
  const ids = { ownerId: idOf(args, 'owner-id'), id: idOf(args, 'repository-id') };
  if (ids.ownerId === undefined && ids.id === undefined) {
    const found = await findRepository(apiUrl, owner, name, token);
    const said = args.text('default-branch');
    if (said === undefined || said === found.defaultBranch) return found;
    throw misused(`--default-branch says ${said}, and GitHub ${found.defaultBranch}.`, 'Leave the option out.');
  }
  if (ids.ownerId === undefined || ids.id === undefined) {
    throw misused('Give both --owner-id and --repository-id, or neither.');
  }
  return { owner, ownerId: ids.ownerId, name, id: ids.id, defaultBranch: args.text('default-branch') ?? 'main' };
}

/** The settings of the repository; undefined without a token. */
export function settingsOf({ owner, name, apiUrl, token }: GitHubTarget): RepositorySettings | undefined {
  if (token === undefined) return undefined;
  return connectRepositorySettings(connectGitHub(token, `${owner}/${name}`, apiUrl));
}

/** What the options say of the repository. @throws Failure `Usage` for a value of another form */
export function setupOf(args: CommandArguments): RepositorySetup {
  const plan = planOf(args);
  return {
    variables: variablesOf(args),
    reviewers: loginsOf(args, 'reviewer'),
    deployReviewers: loginsOf(args, 'deploy-reviewer'),
    ...(plan === undefined ? {} : { plan }),
  };
}

function namedBy(args: CommandArguments, option: 'owner' | 'repository'): string | undefined {
  const value = args.text(option);
  if (value === undefined || /^[A-Za-z0-9._-]+$/.test(value)) return value;
  throw misused(
    `--${option} takes the ${option === 'owner' ? 'organization or user' : 'repository’s name without owner'}.`,
  );
}

function idOf(args: CommandArguments, option: string): number | undefined {
  const text = args.text(option);
  if (text === undefined) return undefined;
  if (/^[1-9][0-9]{0,14}$/.test(text)) return Number(text);
  throw misused(`--${option} takes the number that GitHub’s API calls \`id\`.`);
}

function planOf(args: CommandArguments): Plan | undefined {
  const text = args.text('plan');
  const plan = plans.find((each) => each === text);
  if (text === undefined || plan !== undefined) return plan;
  throw misused(`--plan takes one of ${plans.join(', ')}; Pro is as team.`);
}

/** Logins of GitHub: letters, digits and single hyphens. */
function loginsOf(args: CommandArguments, option: string): string[] {
  const logins = args.texts(option);
  if (logins.every((login) => /^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/.test(login))) return logins;
  throw misused(`--${option} takes a person’s login on GitHub; teams are added in Settings › Environments.`);
}

function variablesOf(args: CommandArguments): Record<string, string> {
  const pairs = args.texts('variable').map((text): [string, string] => {
    const [, name, value] = /^([A-Z_][A-Z0-9_]*)=(.+)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined) throw misused('--variable takes NAME=VALUE.');
    return [name, value];
  });
  return Object.fromEntries(pairs);
}
