import type { DeploymentBranches, RepositorySettings } from '../ports/repository-settings.ts';

/** One setting of the repository on GitHub: what it must be, and what became of it. */
export type SettingResult = {
  /** For a person, e.g. `environment deploy`. */
  setting: string;
  wanted: string;
  /**
   * `set`: changed now; `right`: was so already; `to do`: nobody has looked or changed it, a person must;
   * `differs`: it is something else on purpose, perhaps, and was left so.
   */
  state: 'set' | 'right' | 'to do' | 'differs';
  detail?: string;
};

export type RepositorySetup = {
  defaultBranch: string;
  /** Variables of the repository by name. */
  variables: Readonly<Record<string, string>>;
};

type Label = { name: string; color: string; description: string };

/** Labels that start a workflow. GitHub applies none of an issue form that the repository does not have. */
const labels: readonly Label[] = [
  { name: 'destroy', color: 'b60205', description: 'Propose the teardown of the deployment' },
  { name: 'new-deployment', color: '0e8a16', description: 'Propose the deployment that the issue asks for' },
];

/** One for each role. Pull requests are planned by the default branch's workflow, so that one suits all. */
const environments = ['plan', 'deploy', 'destroy', 'audit'] as const;

/**
 * What the workflows need of the repository: environments that the roles trust, with their branches; pull requests by
 * workflows (the teardown is one); labels; variables.
 * @param settings undefined: only say what a person has to set. Nothing that is stricter than needed is loosened.
 */
export async function setUpRepository(
  setup: RepositorySetup,
  settings: RepositorySettings | undefined,
): Promise<SettingResult[]> {
  const results: SettingResult[] = [];
  for (const name of environments) results.push(await setEnvironment(name, setup.defaultBranch, settings));
  results.push(await allowPullRequests(settings));
  for (const label of labels) results.push(await addLabel(label, settings));
  for (const [name, value] of Object.entries(setup.variables)) results.push(await setVariable(name, value, settings));
  return results;
}

async function setEnvironment(
  name: string,
  branch: string,
  settings: RepositorySettings | undefined,
): Promise<SettingResult> {
  const result = { setting: `environment ${name}`, wanted: `jobs from branch ${branch} only` };
  if (settings === undefined) return { ...result, state: 'to do' };
  const found = await settings.environmentBranches(name);
  const judged = judge(found, branch);
  switch (judged.kind) {
    case 'right':
      return { ...result, state: 'right' };
    case 'differs':
      return { ...result, state: 'differs', detail: judged.why };
    case 'change':
      await settings.allowBranch(name, branch);
      return { ...result, state: 'set' };
  }
}

type Judgement = { kind: 'right' | 'change' } | { kind: 'differs'; why: string };

/** What to do about the branches that an environment lets in. */
function judge(found: DeploymentBranches | undefined, branch: string): Judgement {
  if (found === undefined || found === 'all') return { kind: 'change' };
  if (found === 'protected') {
    return { kind: 'differs', why: `It lets protected branches in; ${branch} must be one, and no other.` };
  }
  const others = found.filter((name) => name !== branch);
  if (others.length > 0) {
    return {
      kind: 'differs',
      why: `It also lets ${others.join(', ')} in: the roles trust jobs from branch ${branch} only.`,
    };
  }
  return { kind: found.includes(branch) ? 'right' : 'change' };
}

async function allowPullRequests(settings: RepositorySettings | undefined): Promise<SettingResult> {
  const result = {
    setting: 'Settings › Actions › General › Workflow permissions',
    wanted: 'Allow GitHub Actions to create and approve pull requests',
  };
  if (settings === undefined) return { ...result, state: 'to do' };
  if (await settings.workflowsMayOpenPullRequests()) return { ...result, state: 'right' };
  await settings.letWorkflowsOpenPullRequests();
  return { ...result, state: 'set' };
}

async function addLabel(
  { name, color, description }: Label,
  settings: RepositorySettings | undefined,
): Promise<SettingResult> {
  const result = { setting: `label ${name}`, wanted: description };
  if (settings === undefined) return { ...result, state: 'to do' };
  if (await settings.hasLabel(name)) return { ...result, state: 'right' };
  await settings.createLabel(name, color, description);
  return { ...result, state: 'set' };
}

async function setVariable(
  name: string,
  value: string,
  settings: RepositorySettings | undefined,
): Promise<SettingResult> {
  const result = { setting: `variable ${name}`, wanted: value };
  if (settings === undefined) return { ...result, state: 'to do' };
  if ((await settings.variable(name)) === value) return { ...result, state: 'right' };
  await settings.setVariable(name, value);
  return { ...result, state: 'set' };
}
