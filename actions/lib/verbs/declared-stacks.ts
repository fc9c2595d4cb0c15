import type { Deployment } from '../deployment/deployment.ts';
import { stacksOf } from '../stacks/catalogue.ts';
import type { Stack } from '../stacks/stack.ts';
import type { Surroundings } from './surroundings.ts';

/** The stacks of a deployment, from the templates and versions of the checkout. */
export async function declaredStacks(
  { workspace }: Pick<Surroundings, 'workspace'>,
  deployment: Deployment,
): Promise<Stack[]> {
  const [templates, versions] = await Promise.all([workspace.templates(), workspace.versions()]);
  return stacksOf(deployment, { templates, versions });
}
