import { mkdir } from 'node:fs/promises';
import type { JSONWebKeySet } from 'jose';
import type { VirtualClock } from '../clock.ts';
import { startCodeCommitGit } from '../codecommit-git/codecommit-git.ts';
import { createJournal, type Journal, type JournalEntry } from '../journal.ts';
import { type AccountSetup, accountSetup } from './account-setup.ts';
import { type AccountView, viewAccount } from './account-view.ts';
import { connectServices } from './account-wiring.ts';
import { services } from './catalogue.ts';
import { createEndpoint } from './endpoint.ts';
import { createFaults, type Faults } from './faults.ts';
import { type OutsideChanges, outsideChanges } from './outside-changes.ts';
import { startServer } from './server.ts';
import type { Authorize, ServiceModule } from './service.ts';
import { enforcement, type Refusal, type UsedPermission } from './services/iam/access-decision.ts';
import { createAuthorizer } from './services/iam/authorizer.ts';
import { oidcIssuers } from './services/sts/web-identity.ts';
import { createUserKey, credentialStore, lookUpSecret } from './signature/credential-store.ts';
import { type AwsWorld, createWorld, GLOBAL } from './world.ts';

export type AwsOptions = {
  /** 12 digits. */
  accountId: string;
  clock: VirtualClock;
  /** Scratch space; made when it does not exist. */
  folder: string;
  /** Default: every service of the catalogue. */
  services?: readonly ServiceModule[];
  /** Public keys by issuer URL, e.g. `https://token.actions.githubusercontent.com`. */
  oidcIssuers?: Readonly<Record<string, () => Promise<JSONWebKeySet>>>;
  /**
   * Whether role sessions may do only what their role's policies allow; default true. Policies of buckets and of sessions
   * always count.
   */
  enforceIdentityPolicies?: boolean;
  /** Where calls are written; default: one of its own. */
  journal?: Journal;
  /** The real time, which signatures, tokens and credentials live by; default the machine's clock. */
  realTime?: () => Date;
};

/** A running sandbox account. */
export type AwsSandbox = AccountView & {
  /** For `AWS_ENDPOINT_URL`. */
  url: string;
  world: AwsWorld;
  /** A long-lived key that may do everything. */
  administrator: { accessKeyId: string; secretAccessKey: string };
  faults: Faults;
  /** Prepares the account as an operator would have done. */
  setup: AccountSetup;
  /** Changes the account behind CloudFormation's back. */
  outside: OutsideChanges;
  /** Every call, oldest first, of whoever shares the journal. */
  journal: readonly JournalEntry[];
  /** Every permission that was refused, oldest first. */
  refusals: readonly Refusal[];
  /** Every permission that was used, oldest first. */
  used: readonly UsedPermission[];
  /** Errors of the sandbox itself, each of which a client saw as HTTP 500. */
  bugs: readonly Error[];
  close(): Promise<void>;
};

/** Starts an AWS account on loopback: one HTTP endpoint for all services and regions, and CodeCommit's Git endpoint. */
export async function startAws(options: AwsOptions): Promise<AwsSandbox> {
  await mkdir(options.folder, { recursive: true });
  const world = createWorld(options);
  if (options.realTime) world.state(credentialStore, GLOBAL).now = options.realTime;
  for (const [issuer, keys] of Object.entries(options.oidcIssuers ?? {})) {
    world.state(oidcIssuers, GLOBAL).set(issuer, keys);
  }
  const { accessKeyId, secretAccessKey } = createUserKey(world, 'administrator');
  const faults = createFaults(world);
  const bugs: Error[] = [];
  const authorize = createAuthorizer(world, { enforceIdentityPolicies: options.enforceIdentityPolicies ?? true });
  const { refusals, used } = world.state(enforcement, GLOBAL);
  const journal = options.journal ?? createJournal();
  const asked = new Map<string, string[]>();
  const noted: Authorize = (service, call) => {
    const [usedBefore, refusedBefore] = [used.length, refusals.length];
    try {
      authorize(service, call);
    } finally {
      const found = [...used.slice(usedBefore), ...refusals.slice(refusedBefore)];
      asked.set(call.context.requestId, [...new Set(found.flatMap(({ resource }) => resource ?? []))]);
    }
  };
  const endpoint = createEndpoint({
    ...{ world, faults, authorize: noted },
    onCall({ requestId, service, operation, principal, answer }) {
      const resources = asked.get(requestId) ?? [];
      asked.delete(requestId);
      journal.write({ at: world.clock.now(), service, operation, who: principal ?? 'anonymous', resources, answer });
    },
    services: options.services ?? services,
    onBug: (error) => bugs.push(error),
  });
  connectServices(world);
  const server = await startServer(endpoint);
  const git = await startCodeCommitGit({ world, authorize, credentials: lookUpSecret(world) });
  world.endpointUrl = server.url;
  return {
    ...viewAccount(world),
    url: server.url,
    world,
    administrator: { accessKeyId, secretAccessKey },
    faults,
    setup: accountSetup(world),
    outside: outsideChanges(world),
    journal: journal.entries,
    refusals,
    used,
    bugs,
    async close() {
      world.close();
      await git.close();
      await server.close();
    },
  };
}
