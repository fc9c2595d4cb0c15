import { AwsError } from './service.ts';
import { currentObject, findBucket } from './services/s3/s3-state.ts';
import type { AwsWorld } from './world.ts';

/** `https://BUCKET.s3.REGION.amazonaws.com/KEY`, or with the bucket as the first segment of the path. */
const VIRTUAL_HOST = /^https:\/\/([a-z0-9.-]+)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com\/(.+)$/;
const PATH_STYLE = /^https:\/\/s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com\/([a-z0-9.-]+)\/(.+)$/;

/**
 * The text of a template in S3 (CloudFormation API_CreateStack.html, TemplateURL).
 * @throws AwsError ValidationError for a URL of another kind, S3's errors when there is no such object
 */
export function templateAt(url: string, { world, region }: { world: AwsWorld; region: string }): string {
  const [, bucketName, key] = VIRTUAL_HOST.exec(url) ?? PATH_STYLE.exec(url) ?? [];
  if (bucketName === undefined || key === undefined) {
    throw new AwsError('ValidationError', 'TemplateURL must be a supported URL.');
  }
  const object = currentObject(findBucket(world, region, bucketName), decodeURIComponent(key));
  if (!object) throw new AwsError('ValidationError', 'S3 error: The specified key does not exist.');
  return Buffer.from(object.body).toString('utf8');
}
