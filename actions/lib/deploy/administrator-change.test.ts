import { describe, expect, it } from 'vitest';
import { FakeAws, quietReporter } from '../ports/test/fake-aws.ts';
import { changeAdministrator } from './administrator-change.ts';

const before = {
  ...{ name: 'sar-cognito', id: '1', status: 'CREATE_COMPLETE', outputs: { UserPoolId: 'pool' } },
  parameters: { AdminUserName: 'jdoe', AdminEmailAddress: 'jdoe@example.org' },
  ...{ terminationProtection: false, createdAt: new Date(0) },
};

async function provided(parameters: Record<string, string>): Promise<string[][]> {
  const calls: string[][] = [];
  const ports = new FakeAws().ports();
  const provideUser = async (...call: string[]) => {
    calls.push(call);
    return 'changed' as const;
  };
  const userPools = { ...ports.userPools, provideUser };
  await changeAdministrator(before, parameters, { ports: { ...ports, userPools }, reporter: quietReporter() });
  return calls;
}

describe('the next administrator', () => {
  it('is the declared one, with the declared address', async () => {
    const jane = { AdminUserName: 'jane', AdminEmailAddress: 'jane@example.org' };
    expect(await provided(jane)).toEqual([['pool', 'jane', 'jane@example.org']]);
    const moved = { AdminUserName: 'jdoe', AdminEmailAddress: 'john@example.org' };
    expect(await provided(moved)).toEqual([['pool', 'jdoe', 'john@example.org']]);
  });

  it('is nobody when neither changes, or the stack has none', async () => {
    expect(await provided(before.parameters)).toEqual([]);
    expect(await provided({ DeploymentName: 'sar' })).toEqual([]);
  });
});
