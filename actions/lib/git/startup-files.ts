import { Failure } from '../failure.ts';
import { flattenLayers, type Overlay, type OverlayFile, parentsOf } from './overlay.ts';
import { checkPythonScript, checkShellScript, type SyntaxFinding } from './syntax-check.ts';

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
  const parts = await Promise.all([
    ...hooks.map((hook) => checkHook(hook, used)),
    ...magics.map(async (magic) => syntaxOf(magic, await checkPythonScript(magic.content))),
  ]);
  const errors = all.flatMap((file) => [...nameErrors(file, all)].map((sentence) => `${file.path}${sentence}`));
  const names = new Set(hooks.map(nameOf));
  const missing = [...used]
    .filter((name) => !names.has(name))
    .map((name) => `${name} is the hook_script of a profile and in no layer of the overlay.`);
  const misplaced = deeper.map(
    ({ path }) =>
      `${path} is in a folder of its own; only files right in ${hookFolder} and ${magicFolder} are installed.`,
  );
  return {
    errors: [...errors, ...misplaced, ...sizeErrors(all), ...parts.flatMap((part) => part.errors)],
    notes: [...parts.flatMap((part) => part.notes), ...missing],
  };
}

async function checkHook(hook: OverlayFile, used: ReadonlySet<string>): Promise<StartupCheck> {
  const syntax = syntaxOf(hook, hook.mode === '120000' ? [] : await checkShellScript(hook.content));
  const unused = used.has(nameOf(hook)) ? [] : [`${hook.path} is not the hook_script of any profile.`];
  const errors = hookErrors(hook).map((sentence) => `${hook.path}${sentence}`);
  return { errors: [...errors, ...syntax.errors], notes: [...syntax.notes, ...unused] };
}

/** @throws Failure `StartupFiles` with all errors in one sentence each */
export function refuseStartupErrors({ errors }: StartupCheck): void {
  if (errors.length === 0) return;
  throw new Failure({
    code: 'StartupFiles',
    source: 'user',
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
  return { errors: sentences('error'), notes: sentences('warning') };
}

const nameOf = ({ path }: Pick<OverlayFile, 'path'>): string => path.slice(path.lastIndexOf('/') + 1);

/** Names become keys of the Helm values: lower case, everything but letters and digits a dash. */
function* nameErrors(file: OverlayFile, all: readonly OverlayFile[]): Iterable<string> {
  const key = ({ path }: OverlayFile): string => path.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const twin = all.find((other) => other.path < file.path && key(other) === key(file));
  if (twin !== undefined) yield ` and ${twin.path} differ only in case or punctuation; only one would be installed.`;
  if (file.content.includes('\r\n')) yield ' has Windows line ends; bash and Python on Linux stumble over them.';
}

function hookErrors(hook: OverlayFile): string[] {
  const errors: string[] = [];
  if (hook.mode !== '100755') errors.push(' is not executable; run `git update-index --chmod=+x` on it.');
  const [first = ''] = hook.content.toString('utf8').split('\n', 1);
  if (hook.mode !== '120000' && !/^#!\s*(\/usr\/bin\/env\s+|\/(\S+\/)*)(ba)?sh\b/.test(first)) {
    errors.push(' does not begin with `#!/usr/bin/env bash`.');
  }
  return errors;
}
