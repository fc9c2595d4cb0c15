import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type RepositoryHandle, type Sandbox, sandboxAccountId } from '@opensarlab/sandbox';
import type { Administrator } from './visit.ts';

const run = promisify(execFile);

const mailDomain = 'example.org';

/** What an administrator sets up once per account, and what the declaration then refers to. */
export type PreparedAccount = {
  accountId: string;
  certificateArn: string;
  mailIdentityArn: string;
  /** The labs' addresses are below it; the certificate is for all of them. */
  domain: string;
  adminEmail: string;
};

type Setup = {
  root: string;
  sandbox: Sandbox;
  administrator: Administrator;
  repository: RepositoryHandle;
  /** Seconds of real time between looks at something that takes time. */
  pollSeconds: string;
};

/** What a region that holds many labs has been granted. */
const room = [
  ['ec2', 'L-1216C47A'],
  ['ec2', 'L-0263D0A3'],
  ['vpc', 'L-F678F1CE'],
  ['vpc', 'L-FE5A380F'],
  ['ebs', 'L-7A658B76'],
] as const;

/** Grants a region room for more labs than anybody has. */
export function grantRoomForLabs({ aws }: Sandbox, region: string): void {
  for (const [service, code] of room) aws.setup.grantQuota(region, service, code, 10_000);
}

/** Imports a certificate, verifies the mail domain, and lets the account and the repository trust each other. */
export async function prepareAccount(setup: Setup): Promise<PreparedAccount> {
  const { sandbox, administrator } = setup;
  const { setup: account } = sandbox.aws;
  const { region } = administrator;
  const certificate = account.importCertificate(region, { domainName: `*.${mailDomain}` });
  account.verifySesIdentity(region, mailDomain);
  account.grantSesProductionAccess(region);
  // New accounts have room for the hub of one lab.
  account.grantQuota(region, 'ec2', 'L-1216C47A', 256);
  await bootstrap(setup);
  return {
    accountId: sandboxAccountId,
    certificateArn: certificate.arn,
    mailIdentityArn: `arn:aws:ses:${region}:${sandboxAccountId}:identity/${mailDomain}`,
    domain: mailDomain,
    adminEmail: 'jdoe@example.org',
  };
}

/** Runs `opensarlab bootstrap` as somebody who administers both the account and the repository. */
async function bootstrap({ root, administrator, repository, sandbox, pollSeconds }: Setup): Promise<void> {
  const { region, credentials } = administrator;
  const [owner = '', name = ''] = repository.fullName.split('/');
  const poll = ['--poll-seconds', pollSeconds, '--variable', `OPENSARLAB_POLL_SECONDS=${pollSeconds}`];
  const options = ['--root', root, '--owner', owner, '--repository', name, '--region', region, ...poll];
  const program = join(root, 'scripts', 'opensarlab.ts');
  await run(process.execPath, [program, 'bootstrap', '--configure-github', ...options], {
    env: {
      PATH: process.env.PATH,
      HOME: sandbox.folder,
      ...sandbox.environment(region),
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      GITHUB_API_URL: sandbox.github.apiUrl,
      GITHUB_TOKEN: sandbox.github.createUser({ login: 'root', id: 4241, permission: 'admin' }),
    },
  });
}
