import { describe, expect, it } from 'vitest';
import type { StackEvent } from '../ports/cloudformation.ts';
import { changeSetRefusal, describeCause, stackFailure } from './stack-failure.ts';

function event(logicalId: string, status: string, reason?: string, type = 'AWS::EC2::Subnet'): StackEvent {
  return { logicalId, physicalId: '', type, status, at: new Date(0), ...(reason === undefined ? {} : { reason }) };
}

const stackId = 'arn:aws:cloudformation:us-west-2:111122223333:stack/sar-cluster/0f6f';
const begun: StackEvent = {
  ...event('sar-cluster', 'CREATE_IN_PROGRESS', 'User Initiated', 'AWS::CloudFormation::Stack'),
  physicalId: stackId,
};

describe('stackFailure', () => {
  it.each([
    ['User: arn:x is not authorized to perform: iam:CreateRole', /bootstrap/],
    [
      'x is not authorized to perform: iam:CreateRole with an explicit deny in a service control policy',
      /organization/,
    ],
    ['opensarlab-pipeline-us-west-2-sar already exists', /left in the account/],
    ['The maximum number of VPCs has been reached.', /quota/],
    ["Minimum capacity 2 can't be greater than desired size 1", /desired size of the node group/],
    ['Version and ReleaseVersion updates cannot be combined with other updates', /Take one/],
    ['The bucket you tried to delete is not empty', /writes to it/],
    ['resource sg-1 has a dependent object', /uses it/],
    ['We currently do not have sufficient m5a capacity: insufficient instance capacity', /zone/],
    ['Client.InternalError: Client error on launch', /KMS key/],
    ["The CIDR '10.0.0.0/24' conflicts with another subnet", /range/],
    ['Something nobody has seen', /console/],
  ])('says what to do about: %s', (reason, hint) => {
    const failure = stackFailure('deploy stack sar-cluster', 'ROLLBACK_COMPLETE', [
      event('Net', 'CREATE_FAILED', reason),
    ]);
    expect(failure.hint).toMatch(hint);
    expect(failure.message).toContain(
      'Could not deploy stack sar-cluster, it ended in ROLLBACK_COMPLETE: AWS::EC2::Subnet Net: ',
    );
    expect(failure.message).toContain(reason.replace(/\.$/, ''));
  });

  it('says in one sentence which resource, what it means and what AWS says, and where to look', () => {
    const reason =
      'Resource handler returned message: "The maximum number of VPCs has been reached. (Service: Ec2, Status Code: 400, Request ID: 1)" (RequestToken: 1, HandlerErrorCode: ServiceLimitExceeded)';
    const failure = stackFailure('deploy stack sar-cluster', 'ROLLBACK_COMPLETE', [
      begun,
      event('Vpc', 'CREATE_FAILED', reason, 'AWS::EC2::VPC'),
    ]);
    expect(failure.message).toBe(
      'Could not deploy stack sar-cluster, it ended in ROLLBACK_COMPLETE: AWS::EC2::VPC Vpc: the region has as many VPCs as the account may have. AWS says: The maximum number of VPCs has been reached.',
    );
    expect(failure.hint).toBe(
      'Delete a VPC that nobody needs, or raise the quota "VPCs per Region", then run again. In the console: https://us-west-2.console.aws.amazon.com/servicequotas/home/services/vpc/quotas/L-F678F1CE?region=us-west-2',
    );
  });

  it('leads to the events of the stack in its region and partition', () => {
    const failed = event('Net', 'CREATE_FAILED', 'Something nobody has seen');
    expect(stackFailure('x', 'CREATE_FAILED', [begun, failed]).hint).toMatch(
      /https:\/\/us-west-2\.console\.aws\.amazon\.com\/cloudformation\/home\?region=us-west-2#\/stacks\/events\?stackId=arn%3Aaws%3A/,
    );
    const physicalId = stackId.replace('arn:aws:', 'arn:aws-us-gov:').replace('us-west-2', 'us-gov-west-1');
    expect(stackFailure('x', 'CREATE_FAILED', [{ ...begun, physicalId }, failed]).hint).toContain(
      'https://us-gov-west-1.console.amazonaws-us-gov.com/',
    );
  });

  it('tells why it could not be rolled back apart from what failed', () => {
    const failure = stackFailure('deploy stack sar-cluster', 'UPDATE_ROLLBACK_FAILED', [
      event('Nodes', 'UPDATE_FAILED', 'Rate exceeded'),
      event('sar', 'UPDATE_ROLLBACK_IN_PROGRESS', 'The following resource(s) failed', 'AWS::CloudFormation::Stack'),
      event('Group', 'UPDATE_FAILED', "The security group 'sg-1' does not exist"),
    ]);
    expect(failure.message).toMatch(/Nodes: .*Rate exceeded; it could not be rolled back: AWS::EC2::Subnet Group: /);
    expect(failure.hint).toMatch(/little later/);
  });

  it('puts a reason of several lines into one', () => {
    const failure = stackFailure('deploy stack x', 'CREATE_FAILED', [event('Net', 'CREATE_FAILED', 'One.\n  Two.')]);
    expect(failure.message).toMatch(/One\. Two\.$/);
  });

  it('says it when CloudFormation gives no reason', () => {
    expect(stackFailure('x', 'CREATE_FAILED', []).message).toMatch(/gives no reason$/);
  });
});

describe('what else is told', () => {
  it('is the cause while a stack rolls back, once there is one', () => {
    expect(describeCause([begun])).toBeUndefined();
    expect(describeCause([begun, event('Net', 'CREATE_FAILED', 'Rate exceeded')])).toBe(
      'AWS::EC2::Subnet Net: AWS got more requests than it takes at a time. AWS says: Rate exceeded',
    );
  });

  it('is why a change set is refused', () => {
    const failure = changeSetRefusal('sar-cluster', 'Template may not exceed 51200 bytes in size.');
    expect(failure.message).toContain('CloudFormation refuses the change of stack sar-cluster: the template is larger');
    expect(failure.hint).toMatch(/fewer nodes/);
    expect(changeSetRefusal('x', undefined).message).toMatch(/no reason given$/);
  });
});
