import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openServiceFixture, resourceType } from '../service-fixture.ts';
import { ecrResourceTypes } from './ecr-resource-types.ts';
import { ecrService } from './ecr-service.ts';
import { registryUrl } from './registry.ts';

const repositoryType = resourceType(ecrResourceTypes, 'AWS::ECR::Repository');
const NAME = 'sar-container/sar';

let fixture: ReturnType<typeof openServiceFixture>;
beforeEach(() => {
  fixture = openServiceFixture();
});
afterEach(() => fixture.close());

const call = (operation: string, input: object = {}): Promise<Record<string, unknown>> =>
  fixture.call(ecrService, operation, { repositoryName: NAME, ...input });
const manifest = (content: string): string =>
  JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', layers: [], content });
const putImage = (content: string, imageTag?: string) =>
  call('PutImage', { imageManifest: manifest(content), ...(imageTag ? { imageTag } : {}) });

describe('deleting a repository', () => {
  beforeEach(async () => {
    await call('CreateRepository');
    await putImage('one', 'latest');
  });

  it('with images fails unless forced', async () => {
    await expect(call('DeleteRepository')).rejects.toMatchObject({
      code: 'RepositoryNotEmptyException',
      message: `The repository with name '${NAME}' in registry with id '123456789012' cannot be deleted because it still contains images`,
    });
    await call('DeleteRepository', { force: true });
    await expect(call('DescribeImages')).rejects.toMatchObject({ code: 'RepositoryNotFoundException' });
  });

  it('in a stack needs EmptyOnDelete', async () => {
    await expect(fixture.remove(repositoryType, NAME)).rejects.toMatchObject({ code: 'RepositoryNotEmptyException' });
    await fixture.remove(repositoryType, NAME, { EmptyOnDelete: true });
    await expect(fixture.remove(repositoryType, NAME)).resolves.toBeUndefined();
  });
});

describe('images', () => {
  beforeEach(() => call('CreateRepository'));

  it('are deleted with their last tag', async () => {
    await putImage('one', 'a');
    await putImage('one', 'b');
    await call('BatchDeleteImage', { imageIds: [{ imageTag: 'a' }] });
    expect(await call('ListImages')).toMatchObject({ imageIds: [{ imageTag: 'b' }] });
    const answer = await call('BatchDeleteImage', { imageIds: [{ imageTag: 'b' }, { imageTag: 'c' }] });
    expect(answer).toMatchObject({ failures: [{ failureCode: 'ImageNotFound', imageId: { imageTag: 'c' } }] });
    expect(await call('ListImages')).toEqual({ imageIds: [] });
  });

  it('are deleted at most 100 at a time', async () => {
    const imageIds = Array.from({ length: 101 }, (_, index) => ({ imageTag: `t${index}` }));
    await expect(call('BatchDeleteImage', { imageIds })).rejects.toMatchObject({ code: 'InvalidParameterException' });
    await expect(call('BatchGetImage', { imageIds: [] })).rejects.toMatchObject({ code: 'InvalidParameterException' });
  });

  it('give up a mutable tag to a newer image and stay untagged', async () => {
    await putImage('one', 'latest');
    await putImage('two', 'latest');
    expect(await call('DescribeImages', { filter: { tagStatus: 'UNTAGGED' } })).toMatchObject({
      imageDetails: [{ imageDigest: `sha256:${createHash('sha256').update(manifest('one')).digest('hex')}` }],
    });
  });

  it('are listed in pages', async () => {
    for (const content of ['1', '2', '3']) await putImage(content, content);
    const first = await call('DescribeImages', { maxResults: 2 });
    expect(first['imageDetails']).toHaveLength(2);
    const second = await call('DescribeImages', { maxResults: 2, nextToken: first['nextToken'] });
    expect(second['imageDetails']).toHaveLength(1);
    expect(second['nextToken']).toBeUndefined();
    await expect(call('DescribeImages', { nextToken: 'x' })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    });
  });

  it('that do not exist are an error when described by name', async () => {
    await expect(call('DescribeImages', { imageIds: [{ imageTag: 'gone' }] })).rejects.toMatchObject({
      code: 'ImageNotFoundException',
    });
  });
});

it('an immutable tag cannot move, except where a filter excludes it', async () => {
  await fixture.create(repositoryType, {
    RepositoryName: NAME,
    ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    ImageTagMutabilityExclusionFilters: [{ ImageTagMutabilityExclusionFilterValue: 'lat*' }],
  });
  await putImage('one', 'latest');
  await putImage('one', 'v1');
  await putImage('two', 'latest');
  await expect(putImage('two', 'v1')).rejects.toMatchObject({ code: 'ImageTagAlreadyExistsException' });
});

it('pushing needs the layers first', async () => {
  await call('CreateRepository');
  const imageManifest = JSON.stringify({ mediaType: 'x', layers: [{ digest: 'sha256:00', size: 1 }] });
  await expect(call('PutImage', { imageManifest })).rejects.toMatchObject({ code: 'LayersNotFoundException' });
});

describe('the registry', () => {
  const blob = 'layer';
  const digest = `sha256:${createHash('sha256').update(blob).digest('hex')}`;
  const request = async (path: string, init: RequestInit = {}, password?: string): Promise<Response> => {
    const headers = password ? { authorization: `Basic ${Buffer.from(`AWS:${password}`).toString('base64')}` } : {};
    return fetch(`${await registryUrl(fixture.world, fixture.region)}${path}`, { ...init, headers });
  };
  const login = async (): Promise<string> => {
    const answer = await fixture.call(ecrService, 'GetAuthorizationToken');
    const [data] = answer['authorizationData'] as { authorizationToken: string }[];
    return Buffer.from(data?.authorizationToken ?? '', 'base64')
      .toString()
      .replace('AWS:', '');
  };

  it('asks for a password and knows only its own', async () => {
    expect((await request('/v2/')).status).toBe(401);
    expect((await request('/v2/', {}, 'wrong')).status).toBe(403);
    expect((await request('/v2/', {}, await login())).status).toBe(200);
  });

  it('takes layers, then the manifest, and shows the image in the API', async () => {
    await call('CreateRepository');
    const password = await login();
    const body = JSON.stringify({ mediaType: 'x', layers: [{ digest, size: blob.length }] });
    const early = await request(`/v2/${NAME}/manifests/v1`, { method: 'PUT', body }, password);
    expect(await early.json()).toMatchObject({ errors: [{ code: 'MANIFEST_BLOB_UNKNOWN' }] });
    await request(`/v2/${NAME}/blobs/uploads/?digest=${digest}`, { method: 'POST', body: blob }, password);
    const pushed = await request(`/v2/${NAME}/manifests/v1`, { method: 'PUT', body }, password);
    expect(pushed.status).toBe(201);
    expect(await call('DescribeImages')).toMatchObject({ imageDetails: [{ imageTags: ['v1'], imageSizeInBytes: 5 }] });
    expect((await request(`/v2/${NAME}/manifests/v1`, {}, password)).headers.get('docker-content-digest')).toBe(
      pushed.headers.get('docker-content-digest'),
    );
  });

  it('does not make repositories on push', async () => {
    const answer = await request('/v2/nowhere/manifests/v1', { method: 'PUT', body: '{}' }, await login());
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ errors: [{ code: 'NAME_UNKNOWN' }] });
  });
});
