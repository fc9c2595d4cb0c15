import { describe, expect, it } from 'vitest';
import { repositoryText } from '../../../test/fixtures/example-deployment.ts';
import { readTemplate } from '../stacks/template.ts';
import { reachOf, type Statement, statementsOf } from './policy-reach.ts';

const allow = (Action: string | string[], Resource: string | string[] = '*'): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
});
const reach = (declared: Statement, ...boundary: Statement[]) =>
  reachOf([declared], boundary).map((each) => each.reach);

describe('what a boundary leaves', () => {
  it.each<[string, Statement, Statement[], string]>([
    ['all of a covered action', allow('S3:getobject'), [allow('s3:*')], 'all'],
    ['nothing of another service', allow('dynamodb:GetItem'), [allow('s3:*')], 'none'],
    ['a part of everything', allow('*'), [allow('s3:*')], 'some'],
    ['nothing of another resource', allow('s3:*', 'arn:aws:s3:::a/*'), [allow('s3:*', 'arn:aws:s3:::b/*')], 'none'],
    ['a part of a wider resource', allow('s3:*', 'arn:aws:s3:::*'), [allow('s3:*', 'arn:aws:s3:::b/*')], 'some'],
    [
      'a part of two resources of which it allows one',
      allow('s3:*', ['arn:aws:s3:::a', 'arn:aws:s3:::b']),
      [allow('s3:*', 'arn:aws:s3:::b')],
      'some',
    ],
    ['nothing of what it denies', allow('s3:GetObject'), [allow('*'), { ...allow('s3:*'), Effect: 'Deny' }], 'none'],
    ['a part where it denies a part', allow('s3:*'), [allow('*'), { ...allow('s3:Put*'), Effect: 'Deny' }], 'some'],
    ['a part under a condition', allow('s3:*'), [{ ...allow('*'), Condition: { Bool: {} } }], 'some'],
    ['all but what it leaves out', allow('s3:*'), [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], 'all'],
    ['nothing of what it leaves out', allow('iam:x'), [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }], 'none'],
    [
      'nothing of resources that it leaves out',
      allow('s3:x', 'arn:a'),
      [{ Effect: 'Allow', Action: '*', NotResource: ['arn:*'] }],
      'none',
    ],
    ['a part of all actions but some', { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }, [allow('s3:*')], 'some'],
    ['all with a policy variable', allow('s3:*', `arn:aws:s3:::a/\${aws:userid}`), [allow('s3:*')], 'all'],
  ])('%s', (_title, declared, boundary, expected) => {
    expect(reach(declared, ...boundary)).toEqual([expected]);
  });

  it('says nothing about what is denied anyway', () => {
    expect(reach({ ...allow('dynamodb:*'), Effect: 'Deny' }, allow('s3:*'))).toEqual([]);
  });
});

it('reads documents with one statement and with several', () => {
  const one = allow('s3:*');
  expect(statementsOf(JSON.stringify({ Statement: one }))).toEqual([one]);
  expect(statementsOf(JSON.stringify({ Statement: [one, one] }))).toEqual([one, one]);
  expect(statementsOf('{}')).toEqual([]);
});

it('leaves data in buckets to service accounts under our own boundary, and nothing of IAM', () => {
  const { Resources } = readTemplate(repositoryText('cluster/cloudformation/bootstrap.yaml'), 'bootstrap.yaml');
  const text = JSON.stringify(Resources.Boundary?.Properties?.PolicyDocument);
  const records = '"arn:aws:s3:::opensarlab-records-1-us-west-2';
  const named = text.replaceAll('{"Fn::GetAtt":["RecordsBucket","Arn"]}', `${records}"`);
  const boundary = statementsOf(
    named.replace(/\{"Fn::Sub":("[^"]*")\}/g, '$1').replaceAll(`"\${RecordsBucket.Arn}`, records),
  );
  expect(reach(allow(['s3:GetObject', 's3:ListBucket'], 'arn:aws:s3:::sar-archive/*'), ...boundary)).toEqual([
    'all',
    'all',
  ]);
  expect(reach(allow('s3:GetObject', 'arn:aws:s3:::opensarlab-records-1-us-west-2/*'), ...boundary)).toEqual(['none']);
  expect(reach(allow(['iam:CreateUser', 'iam:PassRole']), ...boundary)).toEqual(['none', 'none']);
});
