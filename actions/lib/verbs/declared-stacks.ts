import type { Deployment } from '../deployment/deployment.ts';
import { Failure, toFailure } from '../failure.ts';
import { stacksOf } from '../stacks/catalogue.ts';
import type { Stack } from '../stacks/stack.ts';
import type { Surroundings } from './surroundings.ts';

/** The stacks of a deployment, from the templates and versions of the checkout. */
export async function declaredStacks(
  { workspace }: Pick<Surroundings, 'workspace'>,
  deployment: Deployment,
): Promise<Stack[]> {
  const [templates, versions] = await Promise.all([workspace.templates(), workspace.versions()]);
  try {
    return stacksOf(deployment, { templates, versions });
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    // A proposal may change the templates into what nobody foresaw.
    throw new Failure({
      code: 'TemplateShape',
      source: 'user',
      message: `The templates do not fit the declaration of ${deployment.name}: ${toFailure(cause).message.slice(0, 200)}.`,
      hint: 'Compare cluster/cloudformation/ with the main branch.',
      cause,
      place: { file: 'cluster/cloudformation', line: 1 },
    });
  }
}
