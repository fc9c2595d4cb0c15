import type {
  DescribeChangeSetOutput,
  DetectStackResourceDriftOutput,
  ResourceChange,
} from '@aws-sdk/client-cloudformation';
import { describe, expect, it } from 'vitest';
import { type ImitatedAccount, imitatedAccount, template } from './test/imitated-account.ts';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html

const body = template({
  Data: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'data', VersioningConfiguration: { Status: 'Enabled' } } },
  Policy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Data' }, PolicyDocument: { Statement: [] } } },
});

async function created(): Promise<ImitatedAccount> {
  const account = imitatedAccount();
  await account.finish('CreateStack', { StackName: 'lab', TemplateBody: body });
  return account;
}

/** Gives a bucket other properties, as somebody would do in its service. */
function change({ resources }: ImitatedAccount, properties: Record<string, unknown>): void {
  const found = resources.existing.get('data');
  if (found) found.properties = { ...found.properties, ...properties };
}

const aware = (account: ImitatedAccount, TemplateBody = body): Promise<DescribeChangeSetOutput> =>
  account.changeSet({ StackName: 'lab', TemplateBody, DeploymentMode: 'REVERT_DRIFT' });

const changesOf = ({ Changes = [] }: DescribeChangeSetOutput): ResourceChange[] =>
  Changes.flatMap(({ ResourceChange: found }) => found ?? []);

describe('a drift-aware change set', () => {
  it('has nothing to change where all is as the template says', async () => {
    expect((await aware(await created())).Status).toBe('FAILED');
  });

  it('brings back what was changed, and shows what it was, what it is and what it will be', async () => {
    const account = await created();
    change(account, { VersioningConfiguration: { Status: 'Suspended' }, Unnamed: 'no drift' });
    expect((await account.changeSet({ StackName: 'lab', TemplateBody: body, ChangeSetName: 'other' })).Status).toBe(
      'FAILED',
    );
    const changeSet = await aware(account);
    expect(changeSet.DeploymentMode).toBe('REVERT_DRIFT');
    expect(changesOf(changeSet)).toMatchObject([
      {
        Action: 'Modify',
        LogicalResourceId: 'Data',
        ResourceDriftStatus: 'MODIFIED',
        Details: [
          {
            Target: {
              Path: '/Properties/VersioningConfiguration/Status',
              BeforeValue: 'Suspended',
              AfterValue: 'Enabled',
              BeforeValueFrom: 'ACTUAL_STATE',
              AfterValueFrom: 'TEMPLATE',
              Drift: { PreviousValue: 'Enabled', ActualValue: 'Suspended' },
            },
          },
        ],
      },
    ]);
    await account.finish('ExecuteChangeSet', { StackName: 'lab', ChangeSetName: 'plan' });
    expect(account.resources.existing.get('data')?.properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
    });
  });

  it('makes again what was deleted', async () => {
    const account = await created();
    account.resources.existing.delete('data');
    expect(changesOf(await aware(account))[0]).toMatchObject({
      Action: 'Add',
      LogicalResourceId: 'Data',
      ResourceDriftStatus: 'DELETED',
    });
    const { StackStatus } = await account.finish('ExecuteChangeSet', { StackName: 'lab', ChangeSetName: 'plan' });
    expect(StackStatus).toBe('UPDATE_COMPLETE');
    expect(account.resources.existing.has('data')).toBe(true);
  });

  it('changes only what the stack knows where the service has the new value already', async () => {
    const account = await created();
    change(account, { VersioningConfiguration: { Status: 'Suspended' } });
    const [found] = changesOf(await aware(account, body.replace('Enabled', 'Suspended')));
    expect(found).toMatchObject({ Action: 'SyncWithActual', Replacement: 'False' });
    account.resources.calls.length = 0;
    await account.finish('ExecuteChangeSet', { StackName: 'lab', ChangeSetName: 'plan' });
    expect(account.resources.calls).toEqual([]);
  });

  it('compares types that cannot be read with the last deployment', async () => {
    const account = await created();
    const changed = body.replace('"Statement":[]', '"Statement":[{"Effect":"Deny"}]');
    const found = changesOf(await aware(account, changed)).find(
      ({ LogicalResourceId }) => LogicalResourceId === 'Policy',
    );
    expect(found).toMatchObject({
      ResourceDriftStatus: 'UNSUPPORTED',
      Details: [{ Target: { BeforeValueFrom: 'PREVIOUS_DEPLOYMENT_STATE' } }],
    });
  });
});

describe('DetectStackResourceDrift', () => {
  const detect = async (account: ImitatedAccount, LogicalResourceId: string) => {
    const request = { StackName: 'lab', LogicalResourceId };
    return (await account.call<DetectStackResourceDriftOutput>('DetectStackResourceDrift', request)).StackResourceDrift;
  };

  it('tells whether a resource is there and as it was made (API_DetectStackResourceDrift.html)', async () => {
    const account = await created();
    expect(await detect(account, 'Data')).toMatchObject({
      StackResourceDriftStatus: 'IN_SYNC',
      PropertyDifferences: [],
    });
    change(account, { VersioningConfiguration: { Status: 'Suspended' } });
    expect(await detect(account, 'Data')).toMatchObject({
      StackResourceDriftStatus: 'MODIFIED',
      PropertyDifferences: [
        {
          PropertyPath: '/VersioningConfiguration/Status',
          ExpectedValue: 'Enabled',
          ActualValue: 'Suspended',
          DifferenceType: 'NOT_EQUAL',
        },
      ],
    });
    account.resources.existing.delete('data');
    expect(await detect(account, 'Data')).toMatchObject({ StackResourceDriftStatus: 'DELETED' });
  });

  it('refuses what it cannot look at, and what is none', async () => {
    const account = await created();
    await expect(detect(account, 'Policy')).rejects.toMatchObject({ code: 'ValidationError' });
    await expect(detect(account, 'Nothing')).rejects.toMatchObject({ code: 'ValidationError' });
  });
});
