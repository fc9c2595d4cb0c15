import type { Deployment } from '../deployment/deployment.ts';
import { decisionDigest } from '../plan/decision-digest.ts';
import { declaredStacks } from './declared-stacks.ts';
import { overlaysOf } from './mirror-layers.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * The digest of everything in the checkout that decides a deployment; nothing is asked of AWS or upstream.
 * @throws Failure `TemplateSyntax`, `Versions`, `TemplateTooLarge`, `OverlayPath` …
 */
export async function decisionOf(
  surroundings: Pick<Surroundings, 'workspace'>,
  deployment: Deployment,
): Promise<string> {
  const [stacks, overlays] = await Promise.all([
    declaredStacks(surroundings, deployment),
    overlaysOf(surroundings, deployment),
  ]);
  return decisionDigest({ deployment, stacks, overlays });
}
