import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DeleteBucketPolicyCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { clientSettings } from '../actions/lib/adapters/aws/client-settings.ts';
import { connectRecords } from '../actions/lib/adapters/aws/records.ts';
import { toFailure } from '../actions/lib/failure.ts';
import type { Records } from '../actions/lib/ports/records.ts';
import { FakeRecords } from '../actions/lib/ports/test/fake-records.ts';
import { openRecordsAccount, type RecordsAccount } from './records-account.ts';

let account: RecordsAccount;
beforeAll(async () => {
  account = await openRecordsAccount();
});
afterAll(() => account.close());

/** Code and sentence of what goes wrong. */
async function failure(work: Promise<unknown>): Promise<{ code: string; message: string; hint: string | undefined }> {
  const error: unknown = await work.then(
    () => new Error('It went well.'),
    (cause: unknown) => cause,
  );
  const { code, message, hint } = toFailure(error);
  return { code, message, hint };
}

/** The role deploy, at work on a lab in another region than the bucket's; and the fake of other tests, which must do the same. */
const ports: [string, () => Records][] = [
  ['S3', () => account.records('opensarlab-deploy', { region: 'eu-central-1' })],
  ['the fake', () => new FakeRecords()],
];

describe.each(ports)('records in %s', (name, open) => {
  it('are written once', async () => {
    const records = open();
    const key = `records/sar/${name.length}`;
    expect(await records.read(key)).toBeUndefined();
    await records.writeOnce(key, '{"name": "Søren 🛰"}');
    expect(await records.read(key)).toEqual({
      key,
      body: '{"name": "Søren 🛰"}',
      size: 23,
      etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
      writtenAt: expect.any(Date),
    });
    expect((await failure(records.writeOnce(key, '{"name": "Søren 🛰"}'))).code).toBe('RecordExists');
  });

  it('are replaced only by who has read them', async () => {
    const records = open();
    const key = `locks/sar-${name.length}`;
    expect((await failure(records.replace(key, '1', '"0"'))).code).toBe('RecordChanged');
    const first = await records.replace(key, '1', undefined);
    expect((await failure(records.replace(key, '2', undefined))).code).toBe('RecordChanged');
    expect((await failure(records.replace(key, '2', '"0"'))).code).toBe('RecordChanged');
    const second = await records.replace(key, '2', first);
    expect((await failure(records.replace(key, '3', first))).code).toBe('RecordChanged');
    expect(await records.read(key)).toMatchObject({ body: '2', etag: second });
    const race = await Promise.allSettled(['4', '5', '6'].map((body) => records.replace(key, body, second)));
    expect(race.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('are listed by key, below a prefix and nowhere else', async () => {
    const records = open();
    const keys = ['durations/sar/b', 'durations/sar/B', 'durations/sar/é', 'durations/sar-test/a'];
    for (const key of keys) await records.replace(key, key, undefined);
    expect((await records.list('durations/sar/')).map(({ key }) => key)).toEqual([
      'durations/sar/B',
      'durations/sar/b',
      'durations/sar/é',
    ]);
    expect(await records.list('durations/none/')).toEqual([]);
    expect((await records.list('durations/sar-test/'))[0]).toEqual({
      key: 'durations/sar-test/a',
      size: 20,
      writtenAt: expect.any(Date),
    });
  });
});

describe('records in S3', () => {
  it('are listed over many pages', async () => {
    const records = account.records('opensarlab-deploy');
    const keys = Array.from({ length: 1005 }, (_, index) => `records/many/${String(index).padStart(5, '0')}`);
    for (let at = 0; at < keys.length; at += 50) {
      await Promise.all(keys.slice(at, at + 50).map((key) => records.writeOnce(key, '{}')));
    }
    expect((await records.list('records/many/')).map(({ key }) => key)).toEqual(keys);
  });

  it('are found by the tag of the role plan, once', async () => {
    const counter = { count: 0 };
    const settings = clientSettings('ap-southeast-2', account.session('opensarlab-plan'));
    const records = connectRecords(settings, { accountId: account.accountId, planRole: 'opensarlab-plan' }, counter);
    const bucket = 'opensarlab-records-123456789012-us-west-2';
    expect(await Promise.all([records.bucket(), records.bucket(), records.read('plans/x')])).toEqual([
      bucket,
      bucket,
      undefined,
    ]);
    expect(counter.count).toBe(2);
  });

  it('are gone for a reader when an administrator deletes them, and can then be written again', async () => {
    const records = account.records('opensarlab-deploy');
    await records.writeOnce('records/deleted', '1');
    const s3 = new S3Client({
      region: account.region,
      credentials: account.sandbox.administrator,
      forcePathStyle: true,
    });
    await s3.send(new DeleteObjectCommand({ Bucket: account.bucket, Key: 'records/deleted' }));
    expect(await records.read('records/deleted')).toBeUndefined();
    await records.writeOnce('records/deleted', '2');
  });

  it('are refused to who may not write them, with the way on', async () => {
    const refused = await failure(account.records('opensarlab-deploy').writeOnce('plans/sar/1/x/y', '{}'));
    expect(refused.code).toBe('AccessDenied');
    expect(refused.message).toMatch(/write plans\/sar\/1\/x\/y in bucket opensarlab-records-123456789012-us-west-2/);
    expect((await failure(account.records('opensarlab-audit').read('plans/x'))).code).toBe('AccessDenied');
  });

  it('are refused when they are too large or no text', async () => {
    const large = 'x'.repeat(16 * 1024 * 1024 + 1);
    expect((await failure(account.records('opensarlab-deploy').writeOnce('records/large', large))).code).toBe(
      'RecordTooLarge',
    );
    const destroyer = account.session('opensarlab-destroy');
    const s3 = new S3Client({ region: account.region, credentials: destroyer, forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket: account.bucket, Key: 'exports/large', Body: large }));
    await s3.send(new PutObjectCommand({ Bucket: account.bucket, Key: 'exports/bytes', Body: Buffer.from([0xff]) }));
    const records = account.records('opensarlab-destroy');
    expect((await failure(records.read('exports/large'))).code).toBe('RecordTooLarge');
    expect((await failure(records.read('exports/bytes'))).message).toContain('it is no UTF-8 text');
  });

  it('need an account that is ready', async () => {
    const none = await failure(account.records(undefined, { planRole: 'nobody' }).bucket());
    expect(none).toMatchObject({
      code: 'RecordsBucketMissing',
      message: 'Account 123456789012 has no role nobody, which knows the bucket of records.',
      hint: expect.stringContaining('npx opensarlab bootstrap'),
    });
    await account.makeRole('untagged', {});
    expect(await failure(account.records(undefined, { planRole: 'untagged' }).list('x'))).toMatchObject({
      code: 'RecordsBucketMissing',
      message: 'The role untagged of account 123456789012 has no tag opensarlab:records-bucket.',
    });
    const deleted = 'opensarlab-records-123456789012-eu-north-1';
    await account.makeRole('tag-of-nothing', { tags: { 'opensarlab:records-bucket': deleted } });
    expect(await failure(account.records(undefined, { planRole: 'tag-of-nothing' }).read('x'))).toMatchObject({
      code: 'RecordsBucketMissing',
      message: `The bucket of records ${deleted} of account 123456789012 is gone.`,
    });
  });

  it.each(['payroll', 'opensarlab-records-999999999999-us-west-2', 'opensarlab-records-123456789012-moon'])(
    'are not looked for in %s, whatever the tag says',
    async (bucket) => {
      await account.makeRole(`tag-${bucket}`, { tags: { 'opensarlab:records-bucket': bucket } });
      const refused = await failure(account.records(undefined, { planRole: `tag-${bucket}` }).bucket());
      expect(refused.code).toBe('RecordsBucketForeign');
    },
  );

  it('are neither read from nor written to a bucket of the right name that somebody else has', async () => {
    const bucket = 'opensarlab-records-123456789012-eu-west-1';
    const open = {
      Effect: 'Allow',
      Principal: '*',
      Action: 's3:*',
      Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
    };
    const policy = { Version: '2012-10-17', Statement: open };
    const trap = account.sandbox.setup.createForeignBucket('eu-west-1', bucket, { policy });
    await account.makeRole('trapped', { tags: { 'opensarlab:records-bucket': bucket } });
    const records = account.records(undefined, { planRole: 'trapped' });
    const work = [
      () => records.writeOnce('plans/x', '{}'),
      () => records.read('plans/x'),
      () => records.list('plans/'),
      () => records.replace('locks/x', '{}', undefined),
    ];
    for (const each of work) {
      expect(await failure(each())).toMatchObject({
        code: 'RecordsBucketForeign',
        message: expect.stringContaining(`Bucket ${bucket} does not open to account 123456789012`),
      });
    }
    expect(trap.objects.size).toBe(0);
  });
});

/** What a server says that is not as AWS should be. */
describe('an endpoint that misbehaves', () => {
  let server: Server;
  const asked: string[] = [];
  afterEach(() => {
    asked.length = 0;
    server.closeAllConnections();
    server.close();
    vi.stubEnv('AWS_ENDPOINT_URL', account.sandbox.url);
  });

  type Answer = (request: IncomingMessage, response: ServerResponse, time: number) => void;

  /** IAM answers as it should; S3 as the test says. @param answer its last argument counts the requests to S3 from 1 */
  async function against(answer: Answer): Promise<Records> {
    server = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        if (request.url === '/') return void response.end(role);
        asked.push(`${request.method} ${request.url}`);
        answer(request, response, asked.length);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const settings = clientSettings('us-west-2', { accessKeyId: 'AKIAX', secretAccessKey: 'x' });
    return connectRecords(settings, { accountId: '123456789012', planRole: 'opensarlab-plan' }, { count: 0 });
  }

  const role = `<GetRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetRoleResult><Role><Path>/</Path>
    <RoleName>opensarlab-plan</RoleName><RoleId>AROAX</RoleId><Arn>arn:aws:iam::123456789012:role/opensarlab-plan</Arn>
    <CreateDate>2026-11-23T13:00:00Z</CreateDate><Tags><member><Key>opensarlab:records-bucket</Key>
    <Value>opensarlab-records-123456789012-us-west-2</Value></member></Tags></Role></GetRoleResult></GetRoleResponse>`;
  const head = { etag: '"1"', 'last-modified': 'Mon, 23 Nov 2026 13:00:00 GMT' };
  const refuse = (response: ServerResponse, status: number, code: string): void => {
    response.writeHead(status).end(`<Error><Code>${code}</Code><Message>No.</Message></Error>`);
  };

  it('is read only as far as a record may go', async () => {
    let sent = 0;
    let closed = false;
    const records = await against((_, response) => {
      response.writeHead(200, head);
      const pump = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024, 120))) sent += 1;
      };
      response.on('drain', pump).on('close', () => {
        closed = true;
      });
      pump();
    });
    expect((await failure(records.read('plans/x'))).code).toBe('RecordTooLarge');
    await vi.waitFor(() => expect(closed).toBe(true));
    expect(sent).toBeLessThan(40);
  });

  it('does not pass a part of a list for the whole', async () => {
    const part = (more: string): string =>
      `<ListBucketResult><IsTruncated>true</IsTruncated>${more}<Contents><Key>plans/1</Key><Size>1</Size>
       <LastModified>2026-11-23T13:00:00Z</LastModified></Contents></ListBucketResult>`;
    const cut = await against((_, response) => response.end(part('')));
    expect((await failure(cut.list('plans/'))).code).toBe('RecordUnreadable');
    server.close();
    asked.length = 0;
    const endless = await against((_, response) =>
      response.end(part('<NextContinuationToken>t</NextContinuationToken>')),
    );
    expect((await failure(endless.list('plans/'))).code).toBe('RecordsTooMany');
    expect(asked).toHaveLength(200);
  });

  it('may lose its answer to a write: what is there then is ours', async () => {
    const lossy: Answer = (request, response, time) => {
      if (request.method === 'GET') return void response.writeHead(200, head).end('{"mine": true}');
      return time === 1 ? refuse(response, 500, 'InternalError') : refuse(response, 412, 'PreconditionFailed');
    };
    const records = await against(lossy);
    await records.writeOnce('plans/x', '{"mine": true}');
    expect(asked.map((each) => each.split(' ')[0])).toEqual(['PUT', 'PUT', 'GET']);
    asked.length = 0;
    expect(await records.replace('locks/x', '{"mine": true}', '"0"')).toBe('"1"');
    asked.length = 0;
    expect((await failure(records.writeOnce('plans/x', '{"mine": false}'))).code).toBe('RecordExists');
  });

  it('has the last word where nothing was lost', async () => {
    const records = await against((_, response) => refuse(response, 412, 'PreconditionFailed'));
    expect((await failure(records.writeOnce('plans/x', '{}'))).code).toBe('RecordExists');
    expect(asked).toHaveLength(1);
    const conflict = await against((_, response) => refuse(response, 409, 'ConditionalRequestConflict'));
    expect((await failure(conflict.replace('locks/x', '{}', '"1"'))).code).toBe('RecordChanged');
  });
});

describe('without its policy', () => {
  it('the bucket lets deploy write a plan when its own policy does; so it is the policy that holds', async () => {
    await account.allowAllOfS3('opensarlab-deploy');
    const records = account.records('opensarlab-deploy');
    expect((await failure(records.writeOnce('plans/forged', '{}'))).code).toBe('AccessDenied');
    const s3 = new S3Client({
      region: account.region,
      credentials: account.sandbox.administrator,
      forcePathStyle: true,
    });
    await s3.send(new DeleteBucketPolicyCommand({ Bucket: account.bucket }));
    await records.writeOnce('plans/forged', '{}');
  });
});
