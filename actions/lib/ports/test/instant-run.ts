import type { Deployment } from '../../deployment/deployment.ts';
import { type FakeAws, quietReporter } from './fake-aws.ts';
import { instantClock } from './instant-clock.ts';
import { sampleStacks } from './sample-deployment.ts';

/**
 * What every verb gets for a run on a fake account: the deployment's stacks, quiet, with a clock that no waiting takes time of.
 * @param options.seconds until the run's deadline, default an hour
 */
export function instantRun(
  aws: FakeAws,
  deployment: Deployment,
  { seconds = 3600, revision }: { seconds?: number; revision?: string | undefined } = {},
) {
  const clock = instantClock();
  return {
    deployment,
    stacks: sampleStacks(deployment, revision),
    ports: aws.ports(),
    reporter: quietReporter(),
    random: () => 0.5,
    clock,
    pollMilliseconds: 5000,
    deadline: new Date(clock.now().getTime() + seconds * 1000),
  };
}
