import { GLOBAL } from '../../world.ts';
import type { ServiceFixture } from '../service-fixture.ts';
import { accountServices, SecretError } from './account-services.ts';
export function fakeAccountServices(fixture: ServiceFixture): { logs: string[] } {
  const logs: string[] = [];
  Object.assign(fixture.world.state(accountServices, GLOBAL), {
    isAssumableBy: (_w: unknown, arn: string) => arn.endsWith('role/build'),
    assumeServiceRole: async () => ({ accessKeyId: 'ASIAX', secretAccessKey: 's', sessionToken: 't' }),
    readSecret: async (_w: unknown, _r: unknown, _k: unknown, ref: string) => {
      if (ref !== 'dockerhub') throw new SecretError("Secrets Manager can't find the specified secret.");
      return 'user password';
    },
    putLogLines: async (_w: unknown, _l: unknown, lines: { message: string }[]) => {
      logs.push(...lines.map((l) => l.message.trimEnd()));
    },
  });
  return { logs };
}
