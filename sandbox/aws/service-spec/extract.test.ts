import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { coveredTypes } from './covered-types.ts';
import { extractServiceSpec, renderServiceSpec } from './extract.ts';
import { isKnownType, serviceSpecFile, specOf } from './service-spec.ts';

describe('the committed resource specification', () => {
  it('is what the installed @aws-cdk/aws-service-spec says; run extract.ts when this fails', async () => {
    const fresh = renderServiceSpec(await extractServiceSpec(coveredTypes));
    expect(readFileSync(serviceSpecFile, 'utf8') === fresh).toBe(true);
  });

  it('is small, since it is read whenever a stack is made', () => {
    expect(statSync(serviceSpecFile).size).toBeLessThan(400_000);
  });

  it('covers every type of the list', () => {
    expect(coveredTypes.filter((type) => specOf(type) === undefined)).toEqual([]);
  });

  it('knows which types AWS has beyond those it covers', () => {
    expect(isKnownType('AWS::Neptune::DBCluster')).toBe(true);
    expect(specOf('AWS::Neptune::DBCluster')).toBeUndefined();
    expect(isKnownType('AWS::Neptune::Database')).toBe(false);
    expect(isKnownType('constructor')).toBe(false);
  });

  it('marks names, replacement and required properties', () => {
    const nodegroup = specOf('AWS::EKS::Nodegroup');
    expect(nodegroup?.nameProperty).toBe('NodegroupName');
    expect(nodegroup?.properties['InstanceTypes']?.replacement).toBe('yes');
    expect(nodegroup?.properties['NodeRole']).toEqual({ type: 'string', required: true, replacement: 'yes' });
    expect(specOf('AWS::S3::BucketPolicy')?.nameProperty).toBeUndefined();
    expect(specOf('AWS::EC2::SecurityGroupIngress')?.nameProperty).toBeUndefined();
  });

  it('refuses a type that does not exist', async () => {
    await expect(extractServiceSpec(['AWS::S3::Pail'])).rejects.toThrow('AWS::S3::Pail');
  });
});
