import { expect, it } from 'vitest';
import { placeholderFor } from './planned-parameters.ts';

const template = `
Parameters:
  Name: {Type: String, AllowedPattern: '^[a-z]+$'}
  DeploymentUrl: {Type: String, AllowedPattern: '^https://[A-Za-z0-9.:-]+$'}
  Size: {Type: Number}
  Choice: {Type: String, AllowedValues: [small, large]}
  VpcId: {Type: String}
  Odd: {Type: String, AllowedPattern: 'X{40}'}
Resources:
  Thing: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub '\${Name}-x'}}
`;

it.each([
  ['Name', /^[a-z]+$/],
  ['DeploymentUrl', /^https:/],
  ['Size', /^\d+$/],
  ['Choice', /^small$/],
  ['VpcId', /^vpc-/],
  ['NotDeclared', /./],
])('%s gets a value that its declaration accepts', (name, expected) => {
  expect(placeholderFor(template, name)).toMatch(expected);
});

it('says so when none fits', () => {
  expect(() => placeholderFor(template, 'Odd')).toThrow(/No placeholder fits parameter Odd/);
});
