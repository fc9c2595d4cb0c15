import { describe, expect, it } from 'vitest';
import type { ServiceModule } from '../service.ts';
import { readSchemas } from './operation-schema.ts';
import { restXmlCodec } from './rest-xml.ts';
import { splitTarget } from './wire.ts';

const service: ServiceModule = {
  signingName: 's3',
  protocol: 'rest-xml',
  loadClient: () => import('@aws-sdk/client-s3'),
  operations: {},
};
const schemas = readSchemas(await service.loadClient());

function route(method: string, target: string, headers: Record<string, string> = {}): string | undefined {
  return restXmlCodec.route({ method, ...splitTarget(target), headers, body: Buffer.alloc(0) }, schemas, service);
}

describe('routing of S3 requests without the x-id that only some SDKs send', () => {
  it.each([
    ['GET', '/', 'ListBuckets'],
    ['GET', '/bucket', 'ListObjects'],
    ['GET', '/bucket/?list-type=2&prefix=a', 'ListObjectsV2'],
    ['GET', '/bucket?versions', 'ListObjectVersions'],
    ['GET', '/bucket?location=', 'GetBucketLocation'],
    ['GET', '/bucket?uploads', 'ListMultipartUploads'],
    ['GET', '/bucket/key/with/slashes', 'GetObject'],
    ['GET', '/bucket/key?uploadId=1', 'ListParts'],
    ['GET', '/bucket/key?tagging', 'GetObjectTagging'],
    ['HEAD', '/bucket', 'HeadBucket'],
    ['HEAD', '/bucket/key', 'HeadObject'],
    ['PUT', '/bucket', 'CreateBucket'],
    ['PUT', '/bucket?tagging', 'PutBucketTagging'],
    ['PUT', '/bucket/key', 'PutObject'],
    ['PUT', '/bucket/key?partNumber=1&uploadId=2', 'UploadPart'],
    ['POST', '/bucket?delete', 'DeleteObjects'],
    ['POST', '/bucket/key?uploads', 'CreateMultipartUpload'],
    ['POST', '/bucket/key?uploadId=1', 'CompleteMultipartUpload'],
    ['DELETE', '/bucket', 'DeleteBucket'],
    ['DELETE', '/bucket/key', 'DeleteObject'],
    ['DELETE', '/bucket/key?uploadId=1', 'AbortMultipartUpload'],
    ['PATCH', '/bucket', undefined],
  ])('%s %s', (method, target, operation) => {
    expect(route(method, target)).toBe(operation);
  });

  it('looks at required headers', () => {
    expect(route('PUT', '/bucket/key', { 'x-amz-copy-source': 'a/b' })).toBe('CopyObject');
  });
});
