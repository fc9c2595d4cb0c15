import type { Deployment } from '../../actions/lib/deployment/deployment.ts';

/** Where GitHub looks first: `.github/`, then the root, then `docs/` ("About code owners", CODEOWNERS file location). */
export const codeOwnersFile = '.github/CODEOWNERS';

type Owned = Pick<Deployment, 'name' | 'owner'>;

/**
 * `.github/CODEOWNERS`: for each lab that names an owner whom GitHub can ask, a line for its folder. Sorted by name.
 * GitHub's rules ("About code owners", docs.github.com/en/repositories/managing-your-repositorys-settings-and-features):
 * a pattern as in `.gitignore`, then owners as `@user`, `@organization/team` or an account's e-mail address; the last
 * pattern that matches counts; a line with invalid syntax is skipped; owners need write access; the file of the base branch
 * is the one that counts.
 */
export function renderCodeOwners(deployments: readonly Owned[]): string {
  const sorted = [...deployments].sort((a, b) => (a.name < b.name ? -1 : 1));
  const lines = sorted.flatMap(({ name, owner }) => {
    if (owner === undefined) return [];
    return isForGitHub(owner) ? [`${folderOf(name)} ${owner}`] : [`# ${name}: ${owner} is nobody whom GitHub can ask.`];
  });
  return `${[
    '# Who is asked to review a change of a lab: the field `owner` of each deployments/<name>/opensarlab.yaml.',
    '# Made by `npm run reference`; change the declaration, not this file.',
    ...lines,
  ].join('\n')}\n`;
}

/** Labs whose line says another owner than they declare; a line that is not there yet asks nobody wrong. */
export function contradictions(file: string, deployments: readonly Owned[]): string[] {
  const written = new Map(file.split('\n').map((line) => [line.split(' ')[0], line]));
  const wanted = new Map(
    renderCodeOwners(deployments)
      .split('\n')
      .map((line) => [line.split(' ')[0], line]),
  );
  return deployments.flatMap(({ name }) => {
    const line = written.get(folderOf(name));
    return line === undefined || line === wanted.get(folderOf(name)) ? [] : [name];
  });
}

/** Names of deployments that are deployed have no character that a pattern gives a meaning to. */
function folderOf(name: string): string {
  return `/deployments/${name}/`;
}

const name = '[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})';
const account = new RegExp(`^@${name}(?:/[A-Za-z0-9_.-]{1,100})?$`);

function isForGitHub(owner: string): boolean {
  return account.test(owner) || /^[^@/]+@[^@/]+\.[^@/]+$/.test(owner);
}
