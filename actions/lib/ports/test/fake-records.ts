import { createHash } from 'node:crypto';
import { Failure } from '../../failure.ts';
import type { RecordContent, RecordEntry, Records } from '../records.ts';

/**
 * The bucket of records in memory, with the conditions that S3 holds. Tests read and change `objects`, and say what time it
 * is; without a clock each write is a second later.
 */
export class FakeRecords implements Records {
  readonly objects = new Map<string, RecordContent>();
  /** Undefined: `bootstrap` has not made it yet. */
  name: string | undefined = 'opensarlab-records-111122223333-us-west-2';
  readonly #now: () => Date;

  constructor(now: () => Date = ticking()) {
    this.#now = now;
  }

  async bucket(): Promise<string> {
    if (this.name !== undefined) return this.name;
    throw new Failure({ code: 'RecordsBucketMissing', source: 'aws', message: 'There is no bucket of records.' });
  }

  async writeOnce(key: string, body: string): Promise<void> {
    await this.bucket();
    if (this.objects.has(key)) throw refused('RecordExists', key);
    this.put(key, body);
  }

  async read(key: string): Promise<RecordContent | undefined> {
    await this.bucket();
    return this.objects.get(key);
  }

  async list(prefix: string): Promise<RecordEntry[]> {
    await this.bucket();
    return [...this.objects.values()]
      .filter(({ key }) => key.startsWith(prefix))
      .sort((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)))
      .map(({ key, writtenAt, size }) => ({ key, writtenAt, size }));
  }

  async replace(key: string, body: string, etag: string | undefined): Promise<string> {
    await this.bucket();
    if (this.objects.get(key)?.etag !== etag) throw refused('RecordChanged', key);
    return this.put(key, body).etag;
  }

  /** Writes whatever is there, as no role can. @param writtenAt now, when not given */
  put(key: string, body: string, writtenAt: Date = this.#now()): RecordContent {
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    const content = { key, writtenAt, size: Buffer.byteLength(body), body, etag };
    this.objects.set(key, content);
    return content;
  }
}

function ticking(): () => Date {
  let time = Date.parse('2026-11-23T13:00:00Z');
  return () => {
    time += 1000;
    return new Date(time);
  };
}

function refused(code: string, key: string): Failure {
  return new Failure({ code, source: 'aws', message: `${key}: ${code}` });
}
