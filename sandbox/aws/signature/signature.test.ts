import { request as httpRequest } from 'node:http';
import { CodeCommitClient, ListRepositoriesCommand } from '@aws-sdk/client-codecommit';
import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EndpointFixture, startEndpointFixture, type TestKeys, testRegion } from '../endpoint-fixture.ts';
import type { Protocol, ServiceModule } from '../service.ts';
import { createRoleSession } from './credential-store.ts';

function service(
  signingName: string,
  protocol: Protocol,
  loadClient: ServiceModule['loadClient'],
  name: string,
  output: object,
): ServiceModule {
  return { signingName, protocol, loadClient, operations: { [name]: () => output } };
}
const services = [
  service('sts', 'query', () => import('@aws-sdk/client-sts'), 'GetCallerIdentity', { Account: '1' }),
  service('ec2', 'ec2-query', () => import('@aws-sdk/client-ec2'), 'DescribeVpcs', { Vpcs: [] }),
  service('codecommit', 'json-1.1', () => import('@aws-sdk/client-codecommit'), 'ListRepositories', {}),
  service('eks', 'rest-json', () => import('@aws-sdk/client-eks'), 'ListClusters', { clusters: [] }),
  service('s3', 'rest-xml', () => import('@aws-sdk/client-s3'), 'ListBuckets', { Buckets: [] }),
];

let now = new Date();
let endpoint: EndpointFixture;
let session: Required<TestKeys>;
beforeAll(async () => {
  endpoint = await startEndpointFixture(services, { now: () => now });
  session = createRoleSession(endpoint.world, { name: 'deploy', id: 'AROA' }, { name: 'job', seconds: 900 });
});
beforeEach(() => {
  now = new Date();
});
afterAll(() => endpoint.close());

/** One harmless call for each protocol. */
const calls: Record<Protocol, (credentials: TestKeys) => Promise<unknown>> = {
  query: (credentials) => new STSClient(endpoint.client({ credentials })).send(new GetCallerIdentityCommand({})),
  'ec2-query': (credentials) => new EC2Client(endpoint.client({ credentials })).send(new DescribeVpcsCommand({})),
  'json-1.1': (credentials) =>
    new CodeCommitClient(endpoint.client({ credentials })).send(new ListRepositoriesCommand({})),
  'rest-json': (credentials) => new EKSClient(endpoint.client({ credentials })).send(new ListClustersCommand({})),
  'rest-xml': (credentials) => new S3Client(endpoint.client({ credentials })).send(new ListBucketsCommand({})),
};
const protocols = Object.keys(calls) as Protocol[];

/** What each protocol answers, as [code, status], in the order of `protocols`. */
const refusals: [what: string, keys: () => TestKeys, answers: [string, number][]][] = [
  [
    'a wrong secret',
    () => ({ ...endpoint.administrator, secretAccessKey: 'wrong' }),
    [
      ['SignatureDoesNotMatch', 403],
      ['AuthFailure', 401],
      ['InvalidSignatureException', 400],
      ['InvalidSignatureException', 403],
      ['SignatureDoesNotMatch', 403],
    ],
  ],
  [
    'an unknown key',
    () => ({ accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' }),
    [
      ['InvalidClientTokenId', 403],
      ['AuthFailure', 401],
      ['UnrecognizedClientException', 400],
      ['UnrecognizedClientException', 403],
      ['InvalidAccessKeyId', 403],
    ],
  ],
  [
    'a wrong session token',
    () => ({ ...session, sessionToken: 'wrong' }),
    [
      ['InvalidClientTokenId', 403],
      ['AuthFailure', 401],
      ['UnrecognizedClientException', 400],
      ['UnrecognizedClientException', 403],
      ['InvalidToken', 400],
    ],
  ],
];

describe('a signed request', () => {
  it.each(protocols)('of protocol %s is let in with a long-lived key and with a session', async (protocol) => {
    await expect(calls[protocol](endpoint.administrator)).resolves.toBeDefined();
    await expect(calls[protocol](session)).resolves.toBeDefined();
  });

  it.each(refusals)('with %s is refused in the words of each protocol', async (_what, keys, answers) => {
    for (const [index, protocol] of protocols.entries()) {
      const [name, status] = answers[index] ?? [];
      await expect(calls[protocol](keys()), protocol).rejects.toMatchObject({
        name,
        $metadata: { httpStatusCode: status },
      });
    }
  });

  it('is refused when the session has expired', async () => {
    now = new Date(Date.now() + 901_000);
    const names = ['ExpiredToken', 'RequestExpired', 'ExpiredTokenException', 'ExpiredTokenException', 'ExpiredToken'];
    for (const [index, protocol] of protocols.entries()) {
      await expect(calls[protocol](session), protocol).rejects.toMatchObject({ name: names[index] });
    }
  });

  it.each([16, -16])('is refused when its time is %i minutes off', async (minutes) => {
    const client = new STSClient({ ...endpoint.client(), systemClockOffset: minutes * 60_000 });
    const message = minutes < 0 ? /^Signature expired: / : /^Signature not yet current: /;
    await expect(client.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      message: expect.stringMatching(message),
    });
    const patient = new STSClient({ ...endpoint.client(), systemClockOffset: Math.sign(minutes) * 14 * 60_000 });
    await expect(patient.send(new GetCallerIdentityCommand({}))).resolves.toBeDefined();
  });

  it('is refused when the body is not the one that was signed', async () => {
    const { headers } = await sign({ body: 'Action=GetCallerIdentity&Version=2011-06-15' });
    const response = await send({ headers, body: 'Action=GetCallerIdentity&Version=2011-06-15&X=1' });
    expect(response).toMatchObject({ status: 403, body: expect.stringContaining('SignatureDoesNotMatch') });
  });

  it('is refused when the host is not among the signed headers', async () => {
    const body = 'Action=GetCallerIdentity&Version=2011-06-15';
    const { headers } = await sign({ body, host: false });
    expect(headers['authorization']).not.toContain('host');
    expect(await send({ headers, body })).toMatchObject({ status: 403 });
    const signed = await sign({ body });
    expect(await send({ headers: signed.headers, body })).toMatchObject({ status: 200 });
  });

  it('is refused when its scope is broken', async () => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=AK/20261123/us-west-2/sts, SignedHeaders=host, Signature=00';
    const response = await send({ headers: { authorization, 'x-amz-date': '20261123T000000Z' }, body: '' });
    expect(response).toMatchObject({ status: 400, body: expect.stringContaining('IncompleteSignature') });
  });
});

describe('a presigned URL, as `aws eks get-token` makes', () => {
  const presign = async (expiresIn: number, keys: TestKeys = session): Promise<string> => {
    const url = await signer(keys, 'sts').presign(
      {
        ...{
          method: 'GET',
          protocol: 'http:',
          path: '/',
          hostname: '127.0.0.1',
          port: Number(new URL(endpoint.url).port),
        },
        query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
        headers: { host: new URL(endpoint.url).host, 'x-k8s-aws-id': 'sar-cluster' },
      },
      { expiresIn, unhoistableHeaders: new Set(['x-k8s-aws-id']) },
    );
    return `/?${new URLSearchParams(url.query as Record<string, string>)}`.replaceAll('+', '%20');
  };

  it('tells who signed it, for as long as it is good', async () => {
    const path = await presign(60);
    const headers = { 'x-k8s-aws-id': 'sar-cluster' };
    expect(await send({ method: 'GET', path, headers })).toMatchObject({ status: 200 });
    now = new Date(Date.now() + 61_000);
    expect(await send({ method: 'GET', path, headers })).toMatchObject({ status: 403 });
  });

  it('is for one cluster only', async () => {
    const path = await presign(60);
    const response = await send({ method: 'GET', path, headers: { 'x-k8s-aws-id': 'other' } });
    expect(response).toMatchObject({ status: 403, body: expect.stringContaining('SignatureDoesNotMatch') });
  });
});

function signer(credentials: TestKeys, name: string): SignatureV4 {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    region: testRegion,
    service: name,
    sha256: Hash.bind(null, 'sha256'),
  });
}

async function sign({
  body,
  host: withHost = true,
}: {
  body: string;
  host?: boolean;
}): Promise<{ headers: Record<string, string> }> {
  const { host, hostname, port } = new URL(endpoint.url);
  return signer(endpoint.administrator, 'sts').sign({
    ...{ method: 'POST', protocol: 'http:', path: '/', hostname, port: Number(port), body },
    headers: { ...(withHost ? { host } : {}), 'content-type': 'application/x-www-form-urlencoded' },
  });
}

/** Sends exactly these bytes: fetch would change the path and the headers. */
function send(options: {
  method?: string;
  path?: string;
  headers: Record<string, string>;
  body?: string;
}): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      endpoint.url,
      { method: options.method ?? 'POST', path: options.path ?? '/', headers: options.headers },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve({ status: response.statusCode, body }));
      },
    );
    outgoing.on('error', reject).end(options.body);
  });
}
