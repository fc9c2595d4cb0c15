import { glob, lstat, readFile, readlink, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { digestOf, type LocalImage, makeImage } from './docker-images.ts';
import { pullImage } from './docker-registry.ts';
import {
  argumentDefaults,
  type Dockerfile,
  type Instruction,
  parseDockerfile,
  replaceVariables,
  type Stage,
  words,
} from './dockerfile.ts';
import { ToolError, type ToolInput } from './run-tool.ts';

export type BuildOptions = {
  /** Folder whose files can be copied. */
  context: string;
  /** Default: `Dockerfile` in the context. */
  file: string | undefined;
  /** Stage; default: the last one. */
  target: string | undefined;
  buildArguments: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
};

/** What a build needs while it walks through the stages. */
type Build = {
  input: ToolInput;
  images: Readonly<Record<string, LocalImage>>;
  dockerfile: Dockerfile;
  contextFolder: string;
  buildArguments: Readonly<Record<string, string>>;
  /** Content of stages that were built, by index. */
  done: Map<number, object>;
};

/**
 * Checks what a build needs and makes an image from it: the Dockerfile, the target stage, every stage it needs, each
 * file that is copied, and base images in ECR. No instruction is run.
 * @throws ToolError in BuildKit's words
 */
export async function buildImage(
  input: ToolInput,
  images: Readonly<Record<string, LocalImage>>,
  options: BuildOptions,
): Promise<LocalImage> {
  const contextFolder = resolve(input.folder, options.context);
  const isFolder = await stat(contextFolder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new ToolError(`ERROR: unable to prepare context: path "${options.context}" not found`);
  const file = options.file === undefined ? join(contextFolder, 'Dockerfile') : resolve(input.folder, options.file);
  const dockerfile = parseDockerfile(await readDockerfile(file));
  const { buildArguments } = options;
  warnOfUnused(input, dockerfile, buildArguments);
  const build: Build = { input, images, dockerfile, contextFolder, buildArguments, done: new Map() };
  const content = await stageContent(build, targetIndex(dockerfile, options.target));
  return makeImage(content, options.labels);
}

const failure = (message: string): ToolError => new ToolError(`ERROR: failed to build: failed to solve: ${message}`);

async function readDockerfile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    const name = file.slice(file.lastIndexOf(sep) + 1);
    throw failure(`failed to read dockerfile: open ${name}: no such file or directory`);
  }
}

function targetIndex({ stages }: Dockerfile, target: string | undefined): number {
  if (target === undefined) return stages.length - 1;
  const index = stages.findIndex((stage, number) => stage.name === target.toLowerCase() || String(number) === target);
  if (index === -1) throw failure(`target stage "${target}" could not be found`);
  return index;
}

function warnOfUnused(
  input: ToolInput,
  { globalArguments, stages }: Dockerfile,
  given: BuildOptions['buildArguments'],
): void {
  const declared = new Set(Object.keys(globalArguments));
  for (const { name, text } of stages.flatMap((stage) => stage.instructions)) {
    if (name === 'ARG') for (const argument of Object.keys(argumentDefaults(text))) declared.add(argument);
  }
  const unused = Object.keys(given).filter((name) => !declared.has(name));
  if (unused.length > 0) input.stderr(`[Warning] One or more build-args ${JSON.stringify(unused)} were not consumed\n`);
}

/** What a stage's layers would hold: its base, its instructions with their variables replaced, and the copied files. */
async function stageContent(build: Build, index: number): Promise<object> {
  const known = build.done.get(index);
  if (known) return known;
  const stage = build.dockerfile.stages[index];
  if (!stage) throw failure(`invalid stage index ${index}`);
  const globals = {
    ...build.dockerfile.globalArguments,
    ...pick(build.buildArguments, build.dockerfile.globalArguments),
  };
  const base = await imageContent(build, index, replaceVariables(stage.base, globals));
  const steps: object[] = [];
  const variables: Record<string, string> = {};
  for (const instruction of stage.instructions) steps.push(await step(build, index, instruction, variables, globals));
  const content = { base, steps };
  build.done.set(index, content);
  return content;
}

const pick = (from: Readonly<Record<string, string>>, keys: object): Record<string, string> =>
  Object.fromEntries(Object.entries(from).filter(([key]) => Object.hasOwn(keys, key)));

/** An earlier stage by name or number, a local image, an image in ECR, or one from elsewhere that is only named. */
async function imageContent(build: Build, before: number, name: string): Promise<object> {
  if (name === '') throw failure('base name should not be blank');
  const isThis = (stage: Stage, number: number): boolean =>
    stage.name === name.toLowerCase() || String(number) === name;
  const stage = build.dockerfile.stages.slice(0, before).findIndex(isThis);
  if (stage !== -1) return stageContent(build, stage);
  const reference = /[:@][^/]*$/.test(name) ? name : `${name}:latest`;
  const local = build.images[reference];
  if (local) return { image: local.digest };
  if (!/^\d{12}\.dkr\.ecr\./.test(reference)) return { image: reference };
  try {
    return { image: (await pullImage(build.input, reference)).digest };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw failure(`${reference}: failed to resolve source metadata for ${reference}: ${error.message}`);
  }
}

async function step(
  build: Build,
  index: number,
  instruction: Instruction,
  variables: Record<string, string>,
  globals: Readonly<Record<string, string>>,
): Promise<object> {
  const { name, flags } = instruction;
  const text = replaceVariables(instruction.text, variables);
  if (name === 'ARG') {
    for (const [key, value] of Object.entries(argumentDefaults(text))) {
      variables[key] = build.buildArguments[key] ?? (value || globals[key] || '');
    }
  }
  if (name === 'ENV') Object.assign(variables, environment(text));
  const from = flags['from'] === undefined ? undefined : replaceVariables(flags['from'], globals);
  if (from !== undefined) return { name, text, from: await imageContent(build, index, from) };
  if ((name !== 'COPY' && name !== 'ADD') || text.includes('<<')) return { name, text, variables: { ...variables } };
  const sources = words(text).slice(0, -1);
  const files: Record<string, string> = {};
  for (const source of sources) Object.assign(files, await copiedFiles(build.contextFolder, source));
  return { name, text, files };
}

/** `ENV A=b C=d`, or the old form `ENV A b`. */
function environment(text: string): Record<string, string> {
  if (/^\w+=/.test(text)) return argumentDefaults(text);
  const space = text.indexOf(' ');
  return { [text.slice(0, space)]: text.slice(space + 1) };
}

/** Digests of the files a COPY source stands for. */
async function copiedFiles(folder: string, source: string): Promise<Record<string, string>> {
  if (/^(https?|git):/.test(source)) return { [source]: 'remote' };
  const pattern = source.replace(/^\.?\/+/, '') || '.';
  if (pattern.split('/').includes('..')) throw notFound(source);
  const roots = /[*?[]/.test(pattern) ? await matches(pattern, folder) : [pattern];
  const files: Record<string, string> = {};
  for (const root of roots) Object.assign(files, await filesBelow(folder, root, source));
  if (roots.length === 0) throw notFound(source);
  return files;
}

async function matches(pattern: string, folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const path of glob(pattern, { cwd: folder })) paths.push(path);
  return paths.sort();
}

async function filesBelow(folder: string, root: string, source: string): Promise<Record<string, string>> {
  const stats = await lstat(join(folder, root)).catch(() => undefined);
  if (!stats) throw notFound(source);
  if (!stats.isDirectory()) return { [root]: await fileDigest(join(folder, root)) };
  const files: Record<string, string> = {};
  for (const path of await matches('**', join(folder, root))) {
    const full = join(folder, root, path);
    if (!(await lstat(full)).isDirectory()) files[join(root, path)] = await fileDigest(full);
  }
  return files;
}

async function fileDigest(path: string): Promise<string> {
  const stats = await lstat(path);
  const content = stats.isSymbolicLink() ? await readlink(path) : await readFile(path);
  return `${stats.mode & 0o111 ? 'x' : '-'} ${digestOf(content)}`;
}

const notFound = (source: string): ToolError =>
  failure(
    `failed to compute cache key: failed to calculate checksum of ref: "/${source.replace(/^\.?\/+/, '')}": not found`,
  );
