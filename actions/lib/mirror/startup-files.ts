import { checkPythonScripts, checkShellScripts, type SyntaxFinding } from '../adapters/git/syntax-check.ts';
import { Failure, type FailurePlace } from '../failure.ts';
import { flattenLayers, type Overlay, type OverlayFile, parentsOf } from './overlay.ts';

/** Scripts that run when a user's server starts, by folder: hooks of profiles, and magics of IPython. */
const hookFolder = 'jupyterhub/singleuser/hooks';
const magicFolder = 'jupyterhub/singleuser/custom_magics';

/** The hub's installation picks these files up by folder, so a new one needs no other edit. */
export type StartupFiles = {
  hooks: OverlayFile[];
  magics: OverlayFile[];
  /** Files in folders below the two, which the installation cannot take. */
  deeper: OverlayFile[];
};

/** @param layers of the cluster repository, from {@link mergeLayers} */
export function findStartupFiles(layers: readonly Overlay[]): StartupFiles {
  const { files } = flattenLayers(layers);
  const below = files.filter(({ path }) => path.startsWith(`${hookFolder}/`) || path.startsWith(`${magicFolder}/`));
  const inFolder = (folder: string, ending: string): OverlayFile[] =>
    below.filter(({ path }) => path === `${folder}/${nameOf({ path })}` && path.endsWith(ending));
  return {
    hooks: inFolder(hookFolder, '.sh'),
    magics: inFolder(magicFolder, '.py'),
    deeper: below.filter((file) => ![hookFolder, magicFolder].includes(parentsOf(file.path).at(-1) ?? '')),
  };
}

/** Most files that are checked; a lab has some ten. */
const mostFiles = 200;

/** The chart puts all of them into one Secret, and Kubernetes takes one of at most 1 MiB, encoded as base64. */
const mostBytes = 700 * 1024;

function sizeErrors(files: readonly OverlayFile[]): string[] {
  const bytes = files.reduce((sum, { content }) => sum + content.length, 0);
  if (bytes <= mostBytes) return [];
  const size = Math.ceil(bytes / 1024);
  return [`The hook scripts and magics have ${size} KiB together; no more than 700 KiB can be installed.`];
}

export type StartupCheck = {
  /** What stops the mirror, a sentence each. */
  errors: string[];
  /** What somebody should know, a sentence each. */
  notes: string[];
  /** Of the first error. */
  place?: FailurePlace;
};

/**
 * Checks hook scripts and magics without running them.
 * @param used file names that a profile names as its `hook_script`
 */
export async function checkStartupFiles(
  { hooks, magics, deeper }: StartupFiles,
  used: ReadonlySet<string>,
): Promise<StartupCheck> {
  const all = [...hooks, ...magics];
  const known = startupErrors({ hooks, magics, deeper });
  const [first] = known;
  const place = first && placeOf(first.file ?? all[0]);
  if (all.length > mostFiles || sizeErrors(all).length > 0) {
    return { errors: known.map(sentenceOf), notes: [], ...withPlace(place) };
  }
  const scripts = hooks.filter(({ mode }) => mode !== '120000');
  const [ofScripts, ofMagics] = await Promise.all([
    checkShellScripts(scripts.map(({ content }) => content)),
    checkPythonScripts(magics.map(({ content }) => content)),
  ]);
  const found = new Map(scripts.map((hook, index) => [hook, ofScripts[index]]));
  const parts = [
    ...hooks.map((hook) => checkHook(hook, found.has(hook) ? found.get(hook) : [], used)),
    ...magics.map((magic, index) => syntaxOf(magic, ofMagics[index])),
  ];
  const names = new Set(hooks.map(nameOf));
  const missing = [...used]
    .filter((name) => !names.has(name))
    .map((name) => `${name} is the hook_script of a profile and in no layer of the overlay.`);
  return {
    errors: [...known.map(sentenceOf), ...parts.flatMap((part) => part.errors)],
    notes: [...parts.flatMap((part) => part.notes), ...missing],
    ...withPlace(place ?? parts.find((part) => part.place !== undefined)?.place),
  };
}

const withPlace = (place: FailurePlace | undefined): Pick<StartupCheck, 'place'> => (place ? { place } : {});

const placeOf = (file: OverlayFile | undefined, line = 1): FailurePlace | undefined =>
  file?.source === undefined ? undefined : { file: file.source, line };

/** Something wrong with one startup file, or with all of them, as a sentence that begins with the path or without one. */
export type StartupError = { file: OverlayFile | undefined; sentence: string };

const sentenceOf = ({ file, sentence }: StartupError): string => `${file?.path ?? ''}${sentence}`;

/** What is wrong with startup files by their names, sizes and first lines, without starting a program. */
export function startupErrors({ hooks, magics, deeper }: StartupFiles): StartupError[] {
  const all = [...hooks, ...magics];
  const tooMany = `There are ${all.length} hook scripts and magics; no more than ${mostFiles} can be installed.`;
  if (all.length > mostFiles) return [{ file: all[0], sentence: `: ${tooMany}` }];
  const about = (file: OverlayFile, sentences: readonly string[]): StartupError[] =>
    sentences.map((sentence) => ({ file, sentence }));
  const misplaced = ` is in a folder of its own; only files right in ${hookFolder} and ${magicFolder} are installed.`;
  return [
    ...all.flatMap((file) => about(file, [...nameErrors(file, all)])),
    ...deeper.slice(0, mostFiles).flatMap((file) => about(file, [misplaced])),
    ...sizeErrors(all).map((sentence) => ({ file: undefined, sentence })),
    ...hooks.flatMap((hook) => about(hook, hookErrors(hook))),
  ];
}

function checkHook(
  hook: OverlayFile,
  findings: readonly SyntaxFinding[] | undefined,
  used: ReadonlySet<string>,
): StartupCheck {
  const syntax = syntaxOf(hook, findings);
  const unused = used.has(nameOf(hook)) ? [] : [`${hook.path} is not the hook_script of any profile.`];
  return { ...syntax, notes: [...syntax.notes, ...unused] };
}

/** @throws Failure `StartupFiles` with all errors in one sentence each */
export function refuseStartupErrors({ errors, place }: StartupCheck): void {
  if (errors.length === 0) return;
  throw new Failure({
    code: 'StartupFiles',
    source: 'user',
    ...(place && { place }),
    message: errors.slice(0, 5).join(' ') + (errors.length > 5 ? ` And ${errors.length - 5} more.` : ''),
    hint: 'A script that cannot start keeps every server of its profile from starting. Correct it and run again.',
  });
}

function syntaxOf(file: OverlayFile, findings: readonly SyntaxFinding[] | undefined): StartupCheck {
  if (findings === undefined) {
    return { errors: [], notes: [`${file.path} was not checked: this machine lacks bash or Python.`] };
  }
  const sentences = (severity: SyntaxFinding['severity']): string[] =>
    findings
      .filter((finding) => finding.severity === severity)
      .map(({ line, message }) => `${file.path}:${line}: ${message.replace(/\.?$/, '.')}`);
  const first = findings.find(({ severity }) => severity === 'error');
  return {
    errors: sentences('error'),
    notes: sentences('warning'),
    ...withPlace(first && placeOf(file, first.line)),
  };
}

const nameOf = ({ path }: Pick<OverlayFile, 'path'>): string => path.slice(path.lastIndexOf('/') + 1);

/** Names become keys of the Helm values: lower case, everything but letters and digits a dash. */
function* nameErrors(file: OverlayFile, all: readonly OverlayFile[]): Iterable<string> {
  const key = ({ path }: OverlayFile): string => path.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const twin = all.find((other) => other.path < file.path && key(other) === key(file));
  if (twin !== undefined) yield ` and ${twin.path} differ only in case or punctuation; only one would be installed.`;
  if (file.content.includes('\r\n')) yield ' has Windows line ends; bash and Python on Linux stumble over them.';
}

/** Whether a first line starts bash or sh, by path or through env. */
function startsShell(line: string): boolean {
  if (!line.startsWith('#!')) return false;
  const [program = '', argument = ''] = line.slice(2, longestShebang).trim().split(/\s+/);
  const name = program === '/usr/bin/env' ? argument : program.startsWith('/') ? nameOf({ path: program }) : '';
  return name === 'bash' || name === 'sh';
}

/** Linux reads 256 bytes of a first line (BINPRM_BUF_SIZE of linux/binfmts.h). */
const longestShebang = 256;

function hookErrors(hook: OverlayFile): string[] {
  const errors: string[] = [];
  if (hook.mode !== '100755') errors.push(' is not executable; run `git update-index --chmod=+x` on it.');
  const [first = ''] = hook.content.toString('utf8', 0, longestShebang).split('\n', 1);
  if (hook.mode !== '120000' && !startsShell(first)) {
    errors.push(' does not begin with `#!/usr/bin/env bash`.');
  }
  return errors;
}
