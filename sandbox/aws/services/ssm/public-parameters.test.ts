import { describe, expect, it } from 'vitest';
import { ssmPublicParameter } from './public-parameters.ts';

const eks = (version: string): string =>
  `/aws/service/eks/optimized-ami/${version}/amazon-linux-2023/x86_64/standard/recommended/image_id`;

describe('public parameters', () => {
  it('name one AMI for each region', () => {
    const ami = ssmPublicParameter(eks('1.36'), 'us-west-2');
    expect(ami).toMatch(/^ami-[0-9a-f]{17}$/);
    expect(ssmPublicParameter(eks('1.36'), 'us-west-2')).toBe(ami);
    expect(ssmPublicParameter(eks('1.36'), 'us-east-1')).not.toBe(ami);
    expect(ssmPublicParameter(eks('1.36'), 'us-west-2', 1)).not.toBe(ami);
    expect(ssmPublicParameter('/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64')).toMatch(/^ami-/);
  });

  it.each([
    eks('1.20'),
    `${eks('1.36')}/`,
    '/aws/service/eks/optimized-ami/1.36/amazon-linux-2/recommended/image_id',
    '/own',
  ])('do not include %s', (name) => {
    expect(ssmPublicParameter(name)).toBeUndefined();
  });
});
