import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, dockerFolder, type LocalImage } from './docker-images.ts';
import { ToolError, type ToolInput } from './run-tool.ts';

/** Docker's own file: `{"auths": {HOST: {"auth": base64("USER:PASSWORD")}}}`. */
type DockerConfig = { auths?: Record<string, { auth: string }> };

/** Hosts of ECR registries; all others are outside the sandbox. */
const ECR_HOST = /^\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com$/;

/**
 * Checks a password with its registry and keeps it. Docker Hub is not imitated: its password is kept unchecked.
 * @throws ToolError
 */
export async function login(input: ToolInput, server: string, username: string, password: string): Promise<void> {
  const host = server.replace(/^https:\/\//, '').replace(/\/.*$/, '');
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  if (ECR_HOST.test(host)) {
    const answer = await fetch(`${registryUrlOf(input, host)}/v2/`, { headers: { authorization: `Basic ${auth}` } });
    if (!answer.ok) throw new ToolError(`Error response from daemon: login attempt to https://${host}/v2/ failed`);
  } else if (host === 'docker.io') {
    input.stderr('The sandbox has no Docker Hub: the password was not checked.\n');
  } else {
    throw new ToolError(
      `Error response from daemon: Get "https://${host}/v2/": dial tcp: lookup ${host}: no such host`,
    );
  }
  const config = await loadConfig(input.env);
  await mkdir(dockerFolder(input.env), { recursive: true });
  const auths = { ...config.auths, [host]: { auth } };
  await writeFile(join(dockerFolder(input.env), 'config.json'), JSON.stringify({ ...config, auths }), { mode: 0o600 });
}

async function loadConfig(env: ToolInput['env']): Promise<DockerConfig> {
  try {
    return JSON.parse(await readFile(join(dockerFolder(env), 'config.json'), 'utf8')) as DockerConfig;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** The sandbox serves the registry of the build's own region. */
function registryUrlOf(input: ToolInput, host: string): string {
  const url = input.env['SANDBOX_REGISTRY_URL'];
  if (url && ECR_HOST.exec(host)?.[1] === input.env['AWS_REGION']) return url;
  throw new ToolError(`Error response from daemon: dial tcp: lookup ${host}: no such host`);
}

type Location = { url: string; repository: string; reference: string; authorization: string };

async function locate(input: ToolInput, image: string): Promise<Location> {
  const match = /^([^/]+)\/(.+?)(?::([\w][\w.-]*)|@(sha256:[0-9a-f]{64}))$/.exec(image);
  const [, host = '', repository = '', tag, digest] = match ?? [];
  if (!ECR_HOST.test(host)) throw new ToolError(`The sandbox reaches no registry but ECR: ${image}`);
  const auth = (await loadConfig(input.env)).auths?.[host]?.auth;
  if (auth === undefined) throw new ToolError('no basic auth credentials');
  return {
    url: registryUrlOf(input, host),
    repository,
    reference: tag ?? digest ?? '',
    authorization: `Basic ${auth}`,
  };
}

async function request(at: Location, method: string, path: string, body?: string, type?: string): Promise<Response> {
  return fetch(`${at.url}/v2/${at.repository}/${path}`, {
    method,
    headers: { authorization: at.authorization, ...(type ? { 'content-type': type } : {}) },
    ...(body === undefined ? {} : { body }),
  });
}

/** Docker prints a registry's error as `code: message`, the code in lower case and with spaces. */
async function refuseUnlessOk(answer: Response): Promise<void> {
  if (answer.ok) return;
  const { errors = [] } = (await answer.json()) as { errors?: { code: string; message: string }[] };
  const [first] = errors;
  const code = first?.code.toLowerCase().replaceAll('_', ' ');
  throw new ToolError(first ? `${code}: ${first.message}` : `unexpected status: ${answer.status}`);
}

/**
 * Uploads the image's blobs that the registry lacks, then its manifest.
 * @returns the digest under which the registry has it
 * @throws ToolError
 */
export async function pushImage(input: ToolInput, reference: string, image: LocalImage): Promise<string> {
  const at = await locate(input, reference);
  input.stdout(`The push refers to repository [${reference.replace(/:[^:/]*$/, '')}]\n`);
  for (const blob of [image.layer, image.config]) {
    const digest = digestOf(blob);
    if ((await request(at, 'HEAD', `blobs/${digest}`)).ok) continue;
    await refuseUnlessOk(await request(at, 'POST', `blobs/uploads/?digest=${digest}`, blob));
  }
  return putManifest(at, image);
}

/**
 * Puts the manifest of an image that the registry has under another tag.
 * @throws ToolError
 */
export async function retagImage(input: ToolInput, reference: string, image: LocalImage): Promise<void> {
  await putManifest(await locate(input, reference), image);
}

async function putManifest(at: Location, image: LocalImage): Promise<string> {
  const type = 'application/vnd.oci.image.manifest.v1+json';
  const answer = await request(at, 'PUT', `manifests/${at.reference}`, image.manifest, type);
  await refuseUnlessOk(answer);
  return answer.headers.get('docker-content-digest') ?? '';
}

/**
 * Fetches an image's manifest. The blobs are not needed: nothing is ever run.
 * @throws ToolError
 */
export async function pullImage(input: ToolInput, reference: string): Promise<LocalImage> {
  const at = await locate(input, reference);
  const answer = await request(at, 'GET', `manifests/${at.reference}`);
  await refuseUnlessOk(answer);
  const manifest = await answer.text();
  const { config } = JSON.parse(manifest) as { config: { digest: string } };
  return { id: config.digest, digest: digestOf(manifest), manifest, config: '', layer: '' };
}
