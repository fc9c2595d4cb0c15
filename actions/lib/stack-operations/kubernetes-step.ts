import rules from '../../../schemas/aws-rules.json' with { type: 'json' };
import { Failure } from '../failure.ts';
import type { StackState } from '../ports/cloudformation.ts';
import type { SettledStack } from './kept-parameters.ts';

/**
 * Why the cluster's stack cannot get its version of Kubernetes: EKS goes up one minor version at a time and never back
 * (`kubernetesVersion` of schemas/aws-rules.json), which it would say only after other resources have changed.
 * @param state the stack as it is; undefined when there is none
 * @returns undefined when nothing is in the way
 */
export function kubernetesStepProblem(stack: SettledStack, state: StackState | undefined): Failure | undefined {
  const wanted = stack.parameters.KubernetesVersion;
  const found = state?.parameters.KubernetesVersion;
  if (typeof wanted !== 'string' || found === undefined || found === wanted) return undefined;
  const [from, to] = [minorOf(found), minorOf(wanted)];
  if (to === from + rules.kubernetesVersion.minorStep) return undefined;
  const back = to < from;
  return new Failure({
    code: 'KubernetesStep',
    source: 'user',
    message: `The cluster of ${stack.name} cannot go from Kubernetes ${found} to ${wanted}: EKS ${back ? 'never goes back' : 'takes one minor version at a time'}.`,
    hint: `Put ${back ? found : `1.${from + 1}`} into cluster/versions.yaml${back ? '' : ' first, deploy, and go on from there'}.`,
  });
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}
