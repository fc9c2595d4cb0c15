import {
  type CloudFormationClient,
  DescribeChangeSetCommand,
  type ResourceChange,
} from '@aws-sdk/client-cloudformation';
import type { ChangeSetChange, ChangeSetState } from '../../ports/cloudformation.ts';

/**
 * A change set with all pages of its changes and the property values before and after
 * (DescribeChangeSet with IncludePropertyValues).
 */
export async function readChangeSet(client: CloudFormationClient, changeSetId: string): Promise<ChangeSetState> {
  const changes: ChangeSetChange[] = [];
  let nextToken: string | undefined;
  for (;;) {
    const page = await client.send(
      new DescribeChangeSetCommand({ ChangeSetName: changeSetId, IncludePropertyValues: true, NextToken: nextToken }),
    );
    for (const { ResourceChange: change } of page.Changes ?? [])
      if (change !== undefined) changes.push(toChange(change));
    nextToken = page.NextToken;
    if (nextToken !== undefined && nextToken !== '') continue;
    return {
      status: page.Status ?? '',
      ...(page.StatusReason === undefined ? {} : { statusReason: page.StatusReason }),
      executionStatus: page.ExecutionStatus ?? '',
      changes,
    };
  }
}

function toChange(change: ResourceChange): ChangeSetChange {
  const action = change.Action === 'SyncWithActual' || change.Action === undefined ? 'Modify' : change.Action;
  return {
    logicalId: change.LogicalResourceId ?? '',
    type: change.ResourceType ?? '',
    action,
    ...(change.PhysicalResourceId === undefined ? {} : { physicalId: change.PhysicalResourceId }),
    ...(change.Replacement === undefined ? {} : { replacement: change.Replacement }),
    ...(change.PolicyAction === undefined ? {} : { policyAction: change.PolicyAction }),
    ...(change.BeforeContext === undefined ? {} : { beforeContext: change.BeforeContext }),
    ...(change.AfterContext === undefined ? {} : { afterContext: change.AfterContext }),
    details: (change.Details ?? []).map(({ Target }) => ({
      path: Target?.Path ?? [Target?.Attribute, Target?.Name].filter((part) => part !== undefined).join('/'),
      ...(Target?.Attribute === undefined ? {} : { attribute: Target.Attribute }),
      ...(Target?.Name === undefined ? {} : { name: Target.Name }),
      ...(Target?.BeforeValue === undefined ? {} : { before: Target.BeforeValue }),
      ...(Target?.AfterValue === undefined ? {} : { after: Target.AfterValue }),
      requiresRecreation: Target?.RequiresRecreation ?? 'Never',
    })),
  };
}
