import { Failure } from '../failure.ts';
import { flattenLayers, type Overlay, type OverlayFile } from './overlay.ts';
import { checkPythonScript, checkShellScript, type SyntaxFinding } from './syntax-check.ts';

/** Scripts that run when a user's server starts, by folder: hooks of profiles, and magics of IPython. */
const hookFolder = 'jupyterhub/singleuser/hooks';
const magicFolder = 'jupyterhub/singleuser/custom_magics';

/** The hub's installation picks these files up by folder, so a new one needs no other edit. */
export type StartupFiles = { hooks: OverlayFile[]; magics: OverlayFile[] };

/** @param layers of the cluster repository, from {@link mergeLayers} */
export function findStartupFiles(layers: readonly Overlay[]): StartupFiles {
  const { files } = flattenLayers(layers);
  const inFolder = (folder: string, ending: string): OverlayFile[] =>
    files.filter(({ path }) => path === `${folder}/${nameOf({ path })}` && path.endsWith(ending));
  return { hooks: inFolder(hookFolder, '.sh'), magics: inFolder(magicFolder, '.py') };
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
  { hooks, magics }: StartupFiles,
  used: ReadonlySet<string>,
): Promise<StartupCheck> {
  const check: StartupCheck = { errors: [], notes: [] };
  const errors = (file: OverlayFile, sentences: readonly string[]): void => {
    check.errors.push(...sentences.map((sentence) => `${file.path}${sentence}`));
  };
  for (const file of [...hooks, ...magics]) errors(file, [...nameErrors(file, [...hooks, ...magics])]);
  for (const hook of hooks) {
    errors(hook, hookErrors(hook));
    record(check, hook, hook.mode === '120000' ? [] : await checkShellScript(hook.content));
    if (!used.has(nameOf(hook))) check.notes.push(`${hook.path} is not the hook_script of any profile.`);
  }
  for (const magic of magics) record(check, magic, await checkPythonScript(magic.content));
  return check;
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

function record(check: StartupCheck, file: OverlayFile, findings: readonly SyntaxFinding[] | undefined): void {
  if (findings === undefined) check.notes.push(`${file.path} was not checked: this machine lacks bash or Python.`);
  for (const { line, message, severity } of findings ?? []) {
    const sentence = `${file.path}:${line}: ${message.replace(/\.?$/, '.')}`;
    if (severity === 'error') check.errors.push(sentence);
    else check.notes.push(sentence);
  }
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
