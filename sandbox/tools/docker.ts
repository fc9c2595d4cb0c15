import { lastValue, type OptionTable, parseCommandLine } from './command-line.ts';
import { type BuildOptions, buildImage } from './docker-build.ts';
import { canonicalReference, findImage, type LocalImage, loadImages, saveImages } from './docker-images.ts';
import { login, pullImage, pushImage, retagImage } from './docker-registry.ts';
import { type Tool, ToolError, type ToolInput, takeTime } from './run-tool.ts';

/**
 * Virtual seconds: a scientific image takes minutes to build and most of one to push; what was built before comes from
 * the cache.
 */
const SECONDS = { build: 180, cached: 5, push: 30, pull: 30 } as const;

/**
 * A stand-in for the Docker command line (docs.docker.com/reference/cli/docker). Building checks the Dockerfile, its
 * stages and the files it copies, but runs no instruction; pushing and pulling speak to the sandbox's registry.
 */
export const docker: Tool = async (input) => {
  const [command = '', ...rest] = input.args;
  const args = command === 'image' ? rest.slice(1) : rest;
  switch (command === 'image' ? `image ${rest[0]}` : command) {
    case 'build':
    case 'image build':
      return build({ ...input, args });
    case 'buildx':
      return buildx({ ...input, args });
    case 'login':
      return logIn({ ...input, args });
    case 'tag':
    case 'image tag':
      return tag({ ...input, args });
    case 'push':
    case 'image push':
      return push({ ...input, args });
    case 'pull':
    case 'image pull':
      return pull({ ...input, args });
    case 'inspect':
    case 'image inspect':
      return inspect({ ...input, args });
    case '--version':
    case 'version':
      input.stdout('Docker version 28.5.2, sandbox stand-in\n');
      return 0;
    default:
      throw new ToolError(`docker: the sandbox has no command "${input.args.slice(0, 2).join(' ')}"`, 125);
  }
};

const BUILD_OPTIONS: OptionTable = {
  '--file': 'value',
  '--tag': 'value',
  '--target': 'value',
  '--build-arg': 'value',
  '--label': 'value',
  '--cache-from': 'value',
  '--cache-to': 'value',
  '--platform': 'value',
  '--progress': 'value',
  '--provenance': 'value',
  '--sbom': 'value',
  '--builder': 'value',
  '--pull': 'flag',
  '--no-cache': 'flag',
  '--quiet': 'flag',
  '--load': 'flag',
  '--push': 'flag',
};

async function build(input: ToolInput): Promise<number> {
  const line = parseCommandLine(input.args, BUILD_OPTIONS, { '-f': '--file', '-t': '--tag', '-q': '--quiet' });
  const [context, ...others] = line.positional;
  if (context === undefined || others.length > 0) {
    throw new ToolError('ERROR: docker: "docker buildx build" requires 1 argument');
  }
  const options: BuildOptions = {
    context,
    file: lastValue(line, '--file'),
    target: lastValue(line, '--target'),
    buildArguments: pairs(line.values.get('--build-arg') ?? [], input.env),
    labels: pairs(line.values.get('--label') ?? [], input.env),
  };
  const images = await loadImages(input.env);
  const image = await buildImage(input, images, options);
  const known = Object.values(images).some((each) => each.id === image.id) && !line.flags.has('--no-cache');
  await takeTime(input.env, known ? SECONDS.cached : SECONDS.build);
  const references = (line.values.get('--tag') ?? []).map(canonicalReference);
  await saveImages(input.env, {
    ...images,
    ...Object.fromEntries([image.id, ...references].map((name) => [name, image])),
  });
  for (const reference of references) input.stderr(`naming to ${reference} done\n`);
  if (line.flags.has('--push')) for (const reference of references) await pushReference(input, reference, image);
  if (line.flags.has('--quiet')) input.stdout(`${image.id}\n`);
  return 0;
}

/** `NAME=value`, or `NAME` alone for the value in the environment. */
function pairs(entries: readonly string[], env: ToolInput['env']): Record<string, string> {
  return Object.fromEntries(
    entries.map((entry) => {
      const equals = entry.indexOf('=');
      return equals === -1 ? [entry, env[entry] ?? ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
}

/** Builders are not told apart: the stand-in has one. */
async function buildx(input: ToolInput): Promise<number> {
  const [command = '', ...args] = input.args;
  switch (command) {
    case 'build':
      return build({ ...input, args });
    case 'create': {
      const line = parseCommandLine(args, {
        '--name': 'value',
        '--driver': 'value',
        '--use': 'flag',
        '--bootstrap': 'flag',
      });
      input.stdout(`${lastValue(line, '--name') ?? 'sandbox'}\n`);
      return 0;
    }
    case 'imagetools':
      return imagetools({ ...input, args });
    case 'version':
      input.stdout('github.com/docker/buildx sandbox stand-in\n');
      return 0;
    default:
      throw new ToolError(`docker: the sandbox has no command "buildx ${command}"`, 125);
  }
}

async function logIn(input: ToolInput): Promise<number> {
  const options: OptionTable = { '--username': 'value', '--password': 'value', '--password-stdin': 'flag' };
  const line = parseCommandLine(input.args, options, { '-u': '--username', '-p': '--password' });
  const fromInput = line.flags.has('--password-stdin') ? (await input.stdin()).trimEnd() : undefined;
  const password = fromInput ?? lastValue(line, '--password');
  const username = lastValue(line, '--username');
  if (!username || !password) throw new ToolError('Error: Must provide --username and --password-stdin');
  await login(input, line.positional[0] ?? 'docker.io', username, password);
  input.stdout('Login Succeeded\n');
  return 0;
}

async function tag(input: ToolInput): Promise<number> {
  const { positional } = parseCommandLine(input.args, {});
  const [source, target] = positional;
  if (!source || !target) throw new ToolError('docker: "docker tag" requires 2 arguments');
  const images = await loadImages(input.env);
  await saveImages(input.env, { ...images, [canonicalReference(target)]: findImage(images, source) });
  return 0;
}

async function push(input: ToolInput): Promise<number> {
  const line = parseCommandLine(
    input.args,
    { '--all-tags': 'flag', '--quiet': 'flag' },
    { '-a': '--all-tags', '-q': '--quiet' },
  );
  const [given] = line.positional;
  if (!given) throw new ToolError('docker: "docker push" requires 1 argument');
  const images = await loadImages(input.env);
  const references = line.flags.has('--all-tags')
    ? Object.keys(images).filter((reference) => reference.startsWith(`${given}:`))
    : [canonicalReference(given)];
  if (references.length === 0) throw new ToolError(`An image does not exist locally with the tag: ${given}`);
  for (const reference of references) {
    const image = images[reference];
    if (!image) throw new ToolError(`An image does not exist locally with the tag: ${given}`);
    await pushReference(input, reference, image);
  }
  return 0;
}

async function pushReference(input: ToolInput, reference: string, image: LocalImage): Promise<void> {
  await takeTime(input.env, SECONDS.push);
  const digest = await pushImage(input, reference, image);
  const tagName = reference.slice(reference.lastIndexOf(':') + 1);
  input.stdout(`${tagName}: digest: ${digest} size: ${Buffer.byteLength(image.manifest)}\n`);
}

async function pull(input: ToolInput): Promise<number> {
  const line = parseCommandLine(input.args, { '--quiet': 'flag', '--platform': 'value' }, { '-q': '--quiet' });
  const reference = canonicalReference(line.positional[0] ?? '');
  const image = await pullImage(input, reference);
  await takeTime(input.env, SECONDS.pull);
  await saveImages(input.env, { ...(await loadImages(input.env)), [reference]: image });
  input.stdout(`Status: Downloaded newer image for ${reference}\n`);
  return 0;
}

/** The two templates that build scripts use: `{{.Id}}` and `{{index .RepoDigests 0}}`. */
async function inspect(input: ToolInput): Promise<number> {
  const line = parseCommandLine(input.args, { '--format': 'value', '--type': 'value' }, { '-f': '--format' });
  const name = line.positional[0] ?? '';
  const image = findImage(await loadImages(input.env), name);
  const repository = canonicalReference(name).replace(/:[^:/]*$/, '');
  const values: Record<string, string> = {
    '{{.Id}}': image.id,
    '{{index .RepoDigests 0}}': `${repository}@${image.digest}`,
  };
  const format = lastValue(line, '--format');
  if (format === undefined) {
    input.stdout(`${JSON.stringify([{ Id: image.id, RepoDigests: [`${repository}@${image.digest}`] }], null, 4)}\n`);
    return 0;
  }
  const text = values[format.trim()];
  if (text === undefined) throw new ToolError(`docker: the sandbox cannot format ${format}`, 125);
  input.stdout(`${text}\n`);
  return 0;
}

const CREATE_OPTIONS: OptionTable = { '--tag': 'value', '--prefer-index': 'flag' };

/**
 * `docker buildx imagetools inspect REFERENCE` and `create --prefer-index=false --tag … REFERENCE`: looks at an image in
 * the registry, and gives it more tags (docs.docker.com/reference/cli/docker/buildx/imagetools). An index of several
 * images is not made.
 */
async function imagetools(input: ToolInput): Promise<number> {
  const [command = '', ...args] = input.args;
  if (command === 'inspect') {
    const reference = canonicalReference(parseCommandLine(args, {}).positional[0] ?? '');
    const image = await pullImage(input, reference);
    input.stdout(`Name:      ${reference}\nMediaType: ${mediaTypeOf(image.manifest)}\nDigest:    ${image.digest}\n`);
    return 0;
  }
  if (command !== 'create') {
    throw new ToolError(`docker: the sandbox has no command "buildx imagetools ${command}"`, 125);
  }
  const copies = args.includes('--prefer-index=false');
  const line = parseCommandLine(
    args.filter((arg) => arg !== '--prefer-index=false'),
    CREATE_OPTIONS,
    { '-t': '--tag' },
  );
  const [source, ...others] = line.positional;
  if (source === undefined || others.length > 0 || !copies) {
    throw new ToolError('docker: the sandbox copies one image with --prefer-index=false, and makes no index', 125);
  }
  const image = await pullImage(input, canonicalReference(source));
  for (const tag of line.values.get('--tag') ?? []) await retagImage(input, canonicalReference(tag), image);
  return 0;
}

const mediaTypeOf = (manifest: string): string => (JSON.parse(manifest) as { mediaType: string }).mediaType;
