import { AwsError } from '../../service.ts';
import type { AwsWorld, StateKey } from '../../world.ts';

export type EmailIdentity = {
  name: string;
  type: 'EMAIL_ADDRESS' | 'DOMAIN';
  verified: boolean;
  tags: Record<string, string>;
};

export type SentMail = {
  id: string;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  at: Date;
};

/** Amazon SES in one region: a new account is in the SES sandbox. */
export type SesState = {
  productionAccess: boolean;
  /** AWS has paused sending for the whole account (API_GetAccount.html, EnforcementStatus `SHUTDOWN`). */
  isPaused: boolean;
  identities: Map<string, EmailIdentity>;
  sent: SentMail[];
};

export const sesState: StateKey<SesState> = {
  id: 'ses',
  create: () => ({ productionAccess: false, isPaused: false, identities: new Map(), sent: [] }),
};

/** @throws AwsError AlreadyExistsException, BadRequestException */
export function makeIdentity(world: AwsWorld, region: string, name: string): EmailIdentity {
  const { identities } = world.state(sesState, region);
  if (!/^([^@\s]+@)?[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(name)) {
    throw new AwsError('BadRequestException', `Invalid email address or domain ${name}.`);
  }
  if (identities.has(name)) throw new AwsError('AlreadyExistsException', `Email identity ${name} already exist.`);
  const type = name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN';
  const identity: EmailIdentity = { name, type, verified: false, tags: {} };
  identities.set(name, identity);
  return identity;
}

/** An address is verified by itself or by its domain (ses/latest/dg/creating-identities.html). */
export function isVerified(world: AwsWorld, region: string, address: string): boolean {
  const { identities } = world.state(sesState, region);
  const bare = bareAddress(address);
  const domain = bare.slice(bare.indexOf('@') + 1);
  return identities.get(bare)?.verified === true || identities.get(domain)?.verified === true;
}

/** `Name <a@b.c>` → `a@b.c` */
const bareAddress = (address: string): string => /<([^>]+)>\s*$/.exec(address)?.[1] ?? address.trim();
