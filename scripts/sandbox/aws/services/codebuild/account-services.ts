import { AwsError } from '../../service.ts';
import { type AwsWorld, GLOBAL, type StateKey } from '../../world.ts';

export type RoleSession = { accessKeyId: string; secretAccessKey: string; sessionToken: string };

/** What a build needs from IAM, STS, Secrets Manager and CloudWatch Logs. */
export type AccountServices = {
  isAssumableBy(world: AwsWorld, roleArn: string, service: string): boolean;
  assumeServiceRole(world: AwsWorld, region: string, roleArn: string, sessionName: string): Promise<RoleSession>;
  readSecret(world: AwsWorld, region: string, role: RoleSession, reference: string): Promise<string>;
  putLogLines(
    world: AwsWorld,
    log: { region: string; group: string; stream: string },
    lines: { timestamp: number; message: string }[],
  ): Promise<void>;
};

const refuse = (what: string) => (): never => {
  throw new AwsError('NotImplemented', `The sandbox was started without ${what}.`);
};

export const accountServices: StateKey<AccountServices> = {
  id: 'codebuild-account-services',
  create: () => ({
    isAssumableBy: refuse('IAM'),
    assumeServiceRole: refuse('STS'),
    readSecret: refuse('Secrets Manager'),
    putLogLines: refuse('CloudWatch Logs'),
  }),
};

export class SecretError extends Error {
  override readonly name = 'SecretError';
}

const of = (world: AwsWorld): AccountServices => world.state(accountServices, GLOBAL);

export const isAssumableBy: AccountServices['isAssumableBy'] = (world, ...rest) =>
  of(world).isAssumableBy(world, ...rest);
export const assumeServiceRole: AccountServices['assumeServiceRole'] = (world, ...rest) =>
  of(world).assumeServiceRole(world, ...rest);
export const readSecret: AccountServices['readSecret'] = (world, ...rest) => of(world).readSecret(world, ...rest);
export const putLogLines: AccountServices['putLogLines'] = (world, ...rest) => of(world).putLogLines(world, ...rest);
