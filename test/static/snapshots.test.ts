import { describe, expect, test } from 'vitest';
import { stackKinds } from '../../actions/lib/stacks/stack.ts';
import { largestTemplateBody, packTemplate } from '../../actions/lib/stacks/template-text.ts';
import { type RenderedTemplate, renderedTemplates } from '../../scripts/check/static-proof/rendered-templates.ts';

const templates = renderedTemplates();

function template(name: string): RenderedTemplate {
  const found = templates.find((candidate) => candidate.name === name);
  if (found === undefined) throw new RangeError(name);
  return found;
}

function count(name: string, type: string): number {
  return Object.values(template(name).template.Resources).filter(({ Type }) => Type === type).length;
}

describe.each(['minimal', 'typical', 'maximal'])('the templates of the %s deployment', (deployment) => {
  test.each(stackKinds)('%s', async (kind) => {
    const { text } = template(`${deployment}-${kind}`);
    // The fingerprint follows from the rest; without it a change shows only where it is.
    const readable = text.replace(/Value: [0-9a-f]{64}/, 'Value: FINGERPRINT');
    await expect(readable).toMatchFileSnapshot(`__snapshots__/${deployment}-${kind}.yaml`);
  });
});

describe('how large templates get', () => {
  test.each([
    ['minimal', 1, 1, 2],
    ['typical', 2, 2, 3],
    ['maximal', 12, 20, 31],
  ])('%s: %i node groups, %i images, %i groups', (deployment, nodeGroups, images, groups) => {
    expect(count(`${deployment}-cluster`, 'AWS::EKS::Nodegroup')).toBe(nodeGroups);
    // Beside those of the hub and of its services.
    expect(count(`${deployment}-container`, 'AWS::ECR::Repository') - 2).toBe(images);
    expect(count(`${deployment}-cognito`, 'AWS::Cognito::UserPoolGroup')).toBe(groups);
  });

  test('every template goes in the request itself, no bucket is needed; with room for one more node type', () => {
    for (const { name, text } of templates) expect(Buffer.byteLength(text), name).toBeLessThan(largestTemplateBody);
    // One more takes 1,900 bytes of the smallest text.
    const packed = packTemplate(template('maximal-cluster').template);
    expect(Buffer.byteLength(packed)).toBeLessThan(largestTemplateBody - 2000);
  });

  test('keeps CloudFormation’s other limits: 500 resources, 200 parameters and outputs, 1,024 characters a description', () => {
    for (const { name, template: body } of templates) {
      expect(Object.keys(body.Resources).length, name).toBeLessThanOrEqual(500);
      expect(Object.keys(body.Parameters).length, name).toBeLessThanOrEqual(200);
      expect(Object.keys(body.Outputs).length, name).toBeLessThanOrEqual(200);
      expect(Buffer.byteLength(body.Description), name).toBeLessThanOrEqual(1024);
    }
  });
});
