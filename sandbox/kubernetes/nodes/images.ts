import { ecrState } from '../../aws/services/ecr/ecr-state.ts';
import type { AwsWorld } from '../../aws/world.ts';

/**
 * Why an image cannot be pulled; undefined when it can. Images of this account's ECR must be there; those of any other
 * registry are taken to exist, because the sandbox does not leave the machine.
 * @param image e.g. `123456789012.dkr.ecr.us-west-2.amazonaws.com/sar-container/sar:latest`
 */
export function pullProblem(world: AwsWorld, image: string): string | undefined {
  const match =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(image);
  if (!match) return undefined;
  const [, account, region = '', name = '', tag, digest] = match;
  const failed = `Failed to pull image "${image}": rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}"`;
  if (account !== world.accountId) return `${failed}: unexpected status from HEAD request: 403 Forbidden`;
  const repository = world.state(ecrState, region).repositories.get(name);
  const images = [...(repository?.images.values() ?? [])];
  const found = images.some((each) => (digest === undefined ? each.tags.has(tag ?? 'latest') : each.digest === digest));
  return found ? undefined : `${failed}: ${image}: not found`;
}
