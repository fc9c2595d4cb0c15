import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  HeadBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  type ObjectIdentifier,
  S3Client,
} from '@aws-sdk/client-s3';
import { Failure } from '../../failure.ts';
import type { Buckets } from '../../ports/aws-ports.ts';
import { findInAws } from './aws-failure.ts';
import { type CallCounter, type ClientSettings, counted } from './client-settings.ts';

const missing = ['NoSuchBucket', 'NotFound'];

/** The port to Amazon S3. Buckets are addressed by path, which every endpoint understands. */
export function connectBuckets(settings: ClientSettings, counter: CallCounter): Buckets {
  const client = counted(new S3Client({ ...settings, forcePathStyle: true }), counter);
  return {
    exists: async (bucket) => {
      const found = await findInAws(`look for bucket ${bucket}`, missing, () =>
        client.send(new HeadBucketCommand({ Bucket: bucket })),
      );
      return found !== undefined;
    },
    empty: async (bucket) => {
      const deleted = await findInAws(`empty bucket ${bucket}`, missing, async () => {
        const versions = await deleteVersions(client, bucket);
        return versions + (await abortUploads(client, bucket));
      });
      return deleted ?? 0;
    },
  };
}

/**
 * Lists and deletes until nothing is listed. ListObjectVersions answers with at most 1,000 entries, as many as
 * DeleteObjects takes; the first page is asked for again each time, because what it listed is gone by then.
 */
async function deleteVersions(client: S3Client, bucket: string): Promise<number> {
  for (let deleted = 0; ; ) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    const objects: ObjectIdentifier[] = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(
      ({ Key, VersionId }) => ({ Key, VersionId }),
    );
    if (objects.length === 0) return deleted;
    const { Errors } = await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }),
    );
    const first = Errors?.[0];
    if (first !== undefined) throw notDeleted(bucket, first.Key ?? '', first.Message ?? first.Code ?? '');
    deleted += objects.length;
  }
}

/** An aborted upload is no longer listed, so the first page is asked for again each time. */
async function abortUploads(client: S3Client, bucket: string): Promise<number> {
  for (let aborted = 0; ; ) {
    const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    if (Uploads === undefined || Uploads.length === 0) return aborted;
    for (const { Key, UploadId } of Uploads) {
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
      aborted += 1;
    }
  }
}

function notDeleted(bucket: string, key: string, reason: string): Failure {
  return new Failure({
    code: 'ObjectNotDeleted',
    source: 'aws',
    message: `AWS could not delete ${key} from bucket ${bucket}: ${reason}`,
    hint: 'Look for an object lock or a bucket policy that denies deletion.',
  });
}
