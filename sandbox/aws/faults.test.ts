import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type EndpointFixture, startEndpointFixture } from './endpoint-fixture.ts';
import { AwsError, type ServiceModule } from './service.ts';

let calls = 0;
const sts: ServiceModule = {
  signingName: 'sts',
  protocol: 'query',
  loadClient: () => import('@aws-sdk/client-sts'),
  operations: {
    GetCallerIdentity() {
      calls += 1;
      return { Account: '1' };
    },
  },
};
const throttling = { kind: 'error', error: new AwsError('Throttling', 'Rate exceeded') } as const;

let endpoint: EndpointFixture;
beforeAll(async () => {
  endpoint = await startEndpointFixture([sts]);
});
afterAll(() => endpoint.close());
afterEach(() => endpoint.faults.clear());

const send = (maxAttempts = 1): Promise<unknown> =>
  new STSClient({ ...endpoint.client(), maxAttempts }).send(new GetCallerIdentityCommand({}));

describe('injected faults', () => {
  it('throttle so many calls, which the SDK gets over by itself', async () => {
    endpoint.faults.inject({ service: 'sts', operation: 'GetCallerIdentity', times: 2, fault: throttling });
    await expect(send()).rejects.toMatchObject({ name: 'Throttling', message: 'Rate exceeded' });
    await expect(send(2)).resolves.toMatchObject({ Account: '1' });
    expect(endpoint.faults.hits).toBe(2);
  });

  it('hit only the operation they are for, and only after as many calls as told', async () => {
    endpoint.faults.inject({ service: 'iam', fault: throttling });
    endpoint.faults.inject({ service: 'sts', operation: 'AssumeRole', fault: throttling });
    endpoint.faults.inject({ service: 'sts', after: 1, fault: throttling });
    await expect(send()).resolves.toBeDefined();
    await expect(send()).rejects.toMatchObject({ name: 'Throttling' });
    await expect(send()).resolves.toBeDefined();
  });

  it('drop the connection before the operation runs', async () => {
    const before = calls;
    endpoint.faults.inject({ service: 'sts', fault: { kind: 'drop' } });
    await expect(send()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(calls).toBe(before);
  });

  it('lose the answer after the operation has run', async () => {
    const before = calls;
    endpoint.faults.inject({ service: 'sts', fault: { kind: 'lost-answer' } });
    await expect(send()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(calls).toBe(before + 1);
  });

  it('delay the answer beyond the patience of a client', async () => {
    endpoint.faults.inject({ service: 'sts', fault: { kind: 'delay', seconds: 0.2 } });
    const client = new STSClient({
      ...endpoint.client(),
      requestHandler: { requestTimeout: 50, throwOnRequestTimeout: true },
    });
    await expect(client.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(send()).resolves.toBeDefined();
  });
});
