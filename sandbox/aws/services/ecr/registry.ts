import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { realNow } from '../../../clock.ts';
import { AwsError } from '../../service.ts';
import type { AwsWorld } from '../../world.ts';
import { worldServer } from '../../world-server.ts';
import { type EcrRepository, ecrState, findEcrRepository, type Image, storeImage } from './ecr-state.ts';

const registry = worldServer('ecr-registry', (world, region, request, response) => {
  answer(world, region, request, response).catch((error: unknown) => sendError(response, error));
});

/**
 * The loopback URL under which a region's ECR registry speaks the Docker Registry HTTP API V2
 * (distribution.github.io/distribution/spec/api). It starts to listen on the first call and stops with the world. Served:
 * the version check, monolithic blob uploads, blob checks, and manifests by tag or digest, all behind ECR's basic
 * authentication (AmazonECR userguide, registry_auth.html).
 */
export function registryUrl(world: AwsWorld, region: string): Promise<string> {
  return registry(world, region);
}

async function answer(
  world: AwsWorld,
  region: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  checkPassword(world, region, request.headers.authorization);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://registry');
  if (pathname === '/v2/') return send(response, 200, '{}');
  const match = /^\/v2\/(.+)\/(blobs|manifests)\/(uploads\/|[^/]+)$/.exec(pathname);
  if (!match) throw new RegistryError(404, 'UNSUPPORTED', `The registry has no ${request.method} ${pathname}.`);
  const [, name = '', kind, reference = ''] = match;
  const repository = findEcrRepository(world, region, name);
  const body = await readBody(request);
  const route = `${request.method} ${kind}${reference === 'uploads/' ? '/uploads' : ''}`;
  switch (route) {
    case 'POST blobs/uploads':
      return uploadBlob(response, repository, searchParams.get('digest') ?? '', body);
    case 'HEAD blobs':
      return send(response, repository.layers.has(reference) ? 200 : 404, '');
    case 'PUT manifests':
      return putManifest(world, response, { repository, reference, body, mediaType: request.headers['content-type'] });
    case 'GET manifests':
    case 'HEAD manifests':
      return getManifest(world, response, repository, reference);
    default:
      throw new RegistryError(405, 'UNSUPPORTED', `The registry has no ${request.method} ${pathname}.`);
  }
}

/** An error in the shape of the Docker Registry HTTP API: a code word and a message. */
class RegistryError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

function checkPassword(world: AwsWorld, region: string, authorization: string | undefined): void {
  const encoded = /^Basic (.+)$/.exec(authorization ?? '')?.[1];
  if (encoded === undefined) throw new RegistryError(401, 'UNAUTHORIZED', 'no basic auth credentials');
  const [user, password = ''] = Buffer.from(encoded, 'base64').toString().split(':', 2);
  const expiresAt = world.state(ecrState, region).passwords.get(password);
  if (user !== 'AWS' || !expiresAt) throw new RegistryError(403, 'DENIED', 'Not Authorized');
  if (expiresAt.getTime() < realNow().getTime()) {
    throw new RegistryError(403, 'DENIED', 'Your authorization token has expired. Reauthenticate and try again.');
  }
}

function uploadBlob(response: ServerResponse, repository: EcrRepository, digest: string, body: Buffer): void {
  const actual = `sha256:${createHash('sha256').update(body).digest('hex')}`;
  if (actual !== digest)
    throw new RegistryError(400, 'DIGEST_INVALID', `The blob's digest is ${actual}, not ${digest}.`);
  repository.layers.set(digest, body.byteLength);
  response.setHeader('docker-content-digest', digest);
  send(response, 201, '');
}

function putManifest(
  world: AwsWorld,
  response: ServerResponse,
  put: { repository: EcrRepository; reference: string; body: Buffer; mediaType: string | undefined },
): void {
  const tag = put.reference.startsWith('sha256:') ? undefined : put.reference;
  const image = storeUnlessPresent(world, put.repository, {
    manifest: put.body.toString(),
    mediaType: put.mediaType ?? 'application/vnd.oci.image.manifest.v1+json',
    tag,
  });
  response.setHeader('docker-content-digest', image.digest);
  send(response, 201, '');
}

/** Pushing the same image under the same tag again succeeds, unlike PutImage. */
function storeUnlessPresent(
  world: AwsWorld,
  repository: EcrRepository,
  image: { manifest: string; mediaType: string; tag: string | undefined },
): Image {
  try {
    return storeImage(world, repository, image);
  } catch (error) {
    const digest = `sha256:${createHash('sha256').update(image.manifest).digest('hex')}`;
    const present = repository.images.get(digest);
    if (present && error instanceof AwsError && error.code === 'ImageAlreadyExistsException') return present;
    throw error;
  }
}

function getManifest(world: AwsWorld, response: ServerResponse, repository: EcrRepository, reference: string): void {
  const image = [...repository.images.values()].find((each) => each.digest === reference || each.tags.has(reference));
  if (!image) throw new RegistryError(404, 'MANIFEST_UNKNOWN', 'Requested image not found');
  image.lastPull = world.clock.now();
  response.setHeader('docker-content-digest', image.digest);
  response.setHeader('content-type', image.mediaType);
  send(response, 200, image.manifest);
}

/** How `docker push` words ECR's exceptions: the registry's code in lower case before the message. */
const REGISTRY_CODES: Readonly<Record<string, string>> = {
  RepositoryNotFoundException: 'NAME_UNKNOWN',
  ImageTagAlreadyExistsException: 'TAG_INVALID',
  LayersNotFoundException: 'MANIFEST_BLOB_UNKNOWN',
};

function sendError(response: ServerResponse, error: unknown): void {
  const { status, code, message } =
    error instanceof RegistryError
      ? error
      : error instanceof AwsError
        ? { status: 404, code: REGISTRY_CODES[error.code] ?? 'UNKNOWN', message: error.message }
        : { status: 500, code: 'UNKNOWN', message: String(error) };
  if (status === 401) response.setHeader('www-authenticate', 'Basic realm="ecr",service="ecr.amazonaws.com"');
  send(response, status, JSON.stringify({ errors: [{ code, message }] }));
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status).end(response.req.method === 'HEAD' ? undefined : body);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
