import type { DiagnosticCode } from '../deployment/diagnostic-codes.ts';
import type { OverlayFile } from './overlay.ts';

/** What `images/build.sh` would refuse of an image's folder. */
export type ImageFault = {
  code: Extract<DiagnosticCode, 'OSL034' | 'OSL035' | 'OSL036'>;
  message: string;
  hint?: string;
  /** Path in the checkout of the file that it is about; absent where a file is missing. */
  source?: string;
};

/** Stages that `images/build.sh` asks for. */
const stages = ['release', 'testing'] as const;

/** Most links that are followed from one file to the next. */
const mostLinks = 8;

/**
 * Holds the folder of an image against `check_image` of `images/build.sh`, which refuses it in CodeBuild only after the merge.
 * @param image name as profiles write it, e.g. `sar`
 * @param files what the mirrored repository gets from this one, as `flattenLayers` puts it together
 * @returns nothing when the folder is as it has to be, or when there is no such folder, which is another finding
 */
export function imageFaults(image: string, files: readonly OverlayFile[]): ImageFault[] {
  const folder = `images/${image}`;
  const own = files.filter(({ path }) => path.startsWith(`${folder}/`));
  const path = `${folder}/Dockerfile`;
  const dockerfile = find(path, own, folder);
  if (dockerfile.kind !== 'file')
    return [withoutDockerfile(dockerfile, path, own), ...testFaults(image, undefined, files)];
  const text = dockerfile.file.content.toString('utf8');
  const source = dockerfile.file.source;
  const missing = stages.filter((stage) => !text.split('\n').some((line) => startsStage(line, stage)));
  const lacking: ImageFault[] = missing.map((stage) => ({
    code: 'OSL035',
    message: `${path} lacks the stage ${stage}.`,
    hint: `Begin it with a line of its own: FROM … AS ${stage}.`,
    ...(source === undefined ? {} : { source }),
  }));
  return [...lacking, ...testFaults(image, dockerfile.file, files)];
}

type Found = { kind: 'file'; file: OverlayFile } | { kind: 'nothing' } | { kind: 'link'; file: OverlayFile };

/** Docker gets an image's folder alone, so a link leads to a file only inside of it. */
function find(path: string, files: readonly OverlayFile[], folder: string): Found {
  const first = files.find((file) => file.path === path);
  if (first === undefined) return { kind: 'nothing' };
  let file = first;
  for (let links = 0; file.mode === '120000'; links += 1) {
    const target = resolveLink(file, folder);
    const next = target === undefined ? undefined : files.find((candidate) => candidate.path === target);
    if (next === undefined || links === mostLinks) return { kind: 'link', file: first };
    file = next;
  }
  return { kind: 'file', file };
}

/** Where a link leads, undefined when that is outside of the folder. */
function resolveLink({ path, content }: OverlayFile, folder: string): string | undefined {
  const text = content.toString('utf8');
  if (text.startsWith('/')) return undefined;
  const parts = path.split('/').slice(0, -1);
  for (const part of text.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const target = parts.join('/');
  return target.startsWith(`${folder}/`) ? target : undefined;
}

function withoutDockerfile(
  found: Exclude<Found, { kind: 'file' }>,
  path: string,
  own: readonly OverlayFile[],
): ImageFault {
  const folder = path.slice(0, path.lastIndexOf('/'));
  if (found.kind === 'link') {
    return {
      code: 'OSL034',
      message: `${path} is a link that leads to no file in ${folder}, so Docker does not find it.`,
      hint: 'Commit the file itself.',
      ...(found.file.source === undefined ? {} : { source: found.file.source }),
    };
  }
  const alike = own.find((file) => file.path.toLowerCase() === path.toLowerCase());
  if (alike !== undefined) {
    return {
      code: 'OSL034',
      message: `${alike.path} has another name than ${path}: upper and lower case differ.`,
      hint: `Rename it: git mv ${alike.path} ${path}.`,
      ...(alike.source === undefined ? {} : { source: alike.source }),
    };
  }
  const message = own.length === 0 ? `The folder ${folder} has no files.` : `There is no ${path}.`;
  return { code: 'OSL034', message };
}

/** `images/build.sh` looks for `^FROM[[:space:]].+[[:space:]]AS[[:space:]]+STAGE[[:space:]]*$` without regard to case. */
function startsStage(line: string, stage: string): boolean {
  const words = line.trimEnd().split(/\s+/);
  const [first = '', last = '', before = ''] = [words[0], words.at(-1), words.at(-2)];
  const isFrom = words.length >= 4 && first.toUpperCase() === 'FROM' && before.toUpperCase() === 'AS';
  return isFrom && last.toLowerCase() === stage;
}

/** The test lies in the image's folder, because Docker gets no other one, and the Dockerfile names it. */
function testFaults(image: string, dockerfile: OverlayFile | undefined, files: readonly OverlayFile[]): ImageFault[] {
  const folder = `images/${image}`;
  const path = `${folder}/tests/${image}.sh`;
  const own = files.filter((file) => file.path.startsWith(`${folder}/`));
  const test = find(path, own, folder);
  if (test.kind === 'nothing') {
    const elsewhere = files.find((file) => file.path.toLowerCase().endsWith(`/${image}.sh`));
    const hint =
      elsewhere === undefined ? {} : { hint: `${elsewhere.path} is not where it is looked for: move it to ${path}.` };
    return [{ code: 'OSL036', message: `There is no ${path}, which tests the image.`, ...hint }];
  }
  if (test.kind === 'link') {
    const message = `${path} is a link that leads to no file in ${folder}, so Docker does not find it.`;
    const source = test.file.source === undefined ? {} : { source: test.file.source };
    return [{ code: 'OSL036', message, hint: 'Commit the file itself.', ...source }];
  }
  if (dockerfile === undefined || dockerfile.content.toString('utf8').includes(`${image}.sh`)) return [];
  return [
    {
      code: 'OSL036',
      message: `The stage testing of ${folder}/Dockerfile does not run tests/${image}.sh.`,
      ...(dockerfile.source === undefined ? {} : { source: dockerfile.source }),
    },
  ];
}

/** Most defaults of ARG that are filled in. */
const mostArguments = 100;

/**
 * Images at Docker Hub that an image is made from, in the order of its Dockerfile; for those `images/build.sh` logs in, as
 * it finds them itself: FROM, `--from=` and `# syntax=`, with the defaults of ARG, without stages.
 * @param files what the mirrored repository gets from this one
 */
export function dockerHubImages(image: string, files: readonly OverlayFile[]): string[] {
  const folder = `images/${image}`;
  const own = files.filter(({ path }) => path.startsWith(`${folder}/`));
  const found = find(`${folder}/Dockerfile`, own, folder);
  if (found.kind !== 'file') return [];
  const values = new Map<string, string>();
  const stagesSoFar = new Set<string>();
  const outside: string[] = [];
  for (const line of found.file.content.toString('utf8').split('\n')) {
    for (const reference of referencesOf(line)) {
      const text = withValues(reference, values);
      if (!stagesSoFar.has(text.toLowerCase()) && !/^[0-9]+$/.test(text) && text !== 'scratch') outside.push(text);
    }
    const words = line.trim().split(/\s+/);
    const [instruction = '', first = ''] = words;
    if (instruction.toUpperCase() === 'ARG' && first.includes('=') && values.size < mostArguments) {
      const at = first.indexOf('=');
      values.set(first.slice(0, at), first.slice(at + 1).replaceAll('"', ''));
    }
    if (instruction.toUpperCase() === 'FROM' && words.at(-2)?.toUpperCase() === 'AS') {
      stagesSoFar.add((words.at(-1) ?? '').toLowerCase());
    }
  }
  return [...new Set(outside.filter(isAtDockerHub))];
}

/** What one line of a Dockerfile starts or copies from. */
function referencesOf(line: string): string[] {
  if (/^# *syntax=/.test(line)) return [line.slice(line.indexOf('=') + 1).trim()];
  const [instruction = '', ...words] = line.trim().split(/\s+/);
  if (instruction.toUpperCase() === 'FROM') return words.filter((word) => !word.startsWith('--')).slice(0, 1);
  return words
    .flatMap((word) => word.split(','))
    .flatMap((part) => {
      const at = part.indexOf('from=');
      return at === 0 || part.startsWith('--from=') ? [part.slice(at + 'from='.length)] : [];
    });
}

function withValues(text: string, values: ReadonlyMap<string, string>): string {
  let filled = text.slice(0, 1_024);
  for (const [name, value] of values) {
    filled = filled.replaceAll(`\${${name}}`, value).replaceAll(`$${name}`, value).slice(0, 1_024);
  }
  return filled;
}

/** A reference without a host, or with one of its own (docs.docker.com/reference/cli/docker/image/tag). */
function isAtDockerHub(reference: string): boolean {
  if (reference === '' || reference.includes('$')) return false;
  const [host = ''] = reference.split('/');
  if (!reference.includes('/')) return true;
  if (/^((registry-1|index)\.)?docker\.io$/.test(host)) return true;
  return !host.includes('.') && !host.includes(':') && host !== 'localhost';
}
