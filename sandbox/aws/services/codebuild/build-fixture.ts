import { iamResourceTypes } from '../iam/iam-resource-types.ts';
import { logsState } from '../logs/logs-state.ts';
import { resourceType, type ServiceFixture } from '../service-fixture.ts';

/**
 * A role that these services may assume and that may do everything.
 * @param services e.g. `codebuild.amazonaws.com`
 */
export async function createServiceRole(fixture: ServiceFixture, name: string, ...services: string[]): Promise<void> {
  const allowed = { Effect: 'Allow', Action: '*', Resource: '*' };
  await fixture.create(resourceType(iamResourceTypes, 'AWS::IAM::Role'), {
    RoleName: name,
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: services }, Action: 'sts:AssumeRole' }],
    },
    Policies: [{ PolicyName: 'all', PolicyDocument: { Version: '2012-10-17', Statement: [allowed] } }],
  });
}

/** All lines in all log groups, in the order in which the streams were made, without their line ends. */
export function logMessages(fixture: ServiceFixture): string[] {
  return [...fixture.world.state(logsState, fixture.region).values()]
    .flatMap((group) => [...group.streams.values()])
    .flatMap((stream) => stream.events.map(({ message }) => message.trimEnd()));
}
