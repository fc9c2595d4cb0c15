import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { clientSettings } from './client-settings.ts';
import { connectCloudFormation } from './cloudformation.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Answers of API_DetectStackResourceDrift. @param inside XML of the drift beside what is always there */
async function answered(inside: string): Promise<unknown> {
  server = createServer((request, response) => {
    request.resume();
    request.on('end', () =>
      response
        .setHeader('content-type', 'text/xml')
        .end(`<DetectStackResourceDriftResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
          <DetectStackResourceDriftResult><StackResourceDrift><StackId>arn:aws:cloudformation:us-west-2:1:stack/lab/1</StackId>
          <LogicalResourceId>Role</LogicalResourceId><ResourceType>AWS::IAM::Role</ResourceType>
          <Timestamp>2026-11-30T12:00:00Z</Timestamp>${inside}</StackResourceDrift></DetectStackResourceDriftResult>
          </DetectStackResourceDriftResponse>`),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const settings = clientSettings('us-west-2', { accessKeyId: 'AKIAX', secretAccessKey: 'x' });
  try {
    return await connectCloudFormation(settings, { count: 0 }).resourceDrift('lab', 'Role');
  } finally {
    vi.unstubAllEnvs();
  }
}

const status = (name: string): string => `<StackResourceDriftStatus>${name}</StackResourceDriftStatus>`;

describe('what CloudFormation says of one resource', () => {
  it.each([
    ['IN_SYNC', 'in sync'],
    ['DELETED', 'deleted'],
    ['NOT_CHECKED', 'unsupported'],
    ['UNSUPPORTED', 'unsupported'],
  ])('%s is %s', async (name, meant) => {
    expect(await answered(status(name))).toEqual({ status: meant });
  });

  it.each([status('UNKNOWN'), status('SOMETHING_NEW'), ''])(
    'that it does not know is no answer: %s',
    async (inside) => {
      await expect(answered(`${inside}<DriftStatusReason>Access denied</DriftStatusReason>`)).rejects.toMatchObject({
        code: 'DriftUnknown',
        message: expect.stringMatching(/^CloudFormation could not tell whether Role of stack lab .*: Access denied$/),
      });
    },
  );
});
