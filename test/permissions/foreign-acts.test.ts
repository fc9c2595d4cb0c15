import { evaluatePolicies, type RequestContext, readPolicyDocument } from '@opensarlab/sandbox';
import { describe, expect, it } from 'vitest';
import { sessionPolicy } from '../../actions/lib/verbs/session-policy.ts';
import { deploymentMatrix, deploymentOfCase } from '../../scripts/check/static-proof/deployment-matrix.ts';
import { policiesOf, texts } from '../../scripts/check/static-proof/policy-statements.ts';
import { renderedTemplates } from '../../scripts/check/static-proof/rendered-templates.ts';
import { resolvedResources } from '../../scripts/check/static-proof/resolved-resources.ts';
import {
  type Act,
  byOwnership,
  bySession,
  deployment,
  never,
  ofNobody,
  ofOthers,
  ofStacks,
  own,
  region,
} from './attack-tree.ts';

const templates = renderedTemplates().filter((template) => template.region === region);
const policies = templates.flatMap(policiesOf).filter(({ purpose }) => purpose === 'identity');
const resources = templates.flatMap((template) => resolvedResources(template));

type Document = ReturnType<typeof readPolicyDocument>;
const read = (document: unknown): Document => readPolicyDocument(JSON.stringify(document), 'identity');

/** The policies of a role of the account's own stack. */
function ofAccount(id: string): Document[] {
  const attached = resources.find((resource) => resource.id === id);
  if (attached === undefined) throw new RangeError(`There is no role ${id}.`);
  const ids = texts(attached.properties.ManagedPolicyArns).map((arn) => arn.split('/').at(-1));
  return policies.filter(({ resource }) => ids.includes(resource.id)).map(({ document }) => read(document));
}

/** The inline policies of a role of a deployment's stack. */
function ofStack(place: string): Document[] {
  const [stack, id] = place.split(' ');
  const found = policies.filter(({ template, resource }) => template.name === stack && resource.id === id);
  if (found.length === 0) throw new RangeError(`There is no role ${place}.`);
  return found.map(({ document }) => read(document));
}

function allows(documents: readonly Document[], [action, resource, context]: Act, tags: RequestContext): boolean {
  return evaluatePolicies(documents, { action, resource, context: { ...context, ...tags } }) === 'allowed';
}

const matrixCase = deploymentMatrix.find(({ name }) => name === deployment);
if (matrixCase === undefined) throw new RangeError(deployment);
const session = [readPolicyDocument(sessionPolicy(deploymentOfCase(matrixCase)), 'identity')];
const named = (acts: readonly Act[]) => acts.map((act) => [`${act[0]} on ${act[1]}`, act] as const);

it('the tree has acts on foreign resources for every role of the account', () => {
  const foreign = [...Object.values(byOwnership), ...Object.values(never), bySession].flat();
  expect(foreign.length).toBeGreaterThan(120);
  const roles = resources.filter(
    ({ type, id }) => type === 'AWS::IAM::Role' && /^(Cloud|Power|Plan|Deploy|Destroy|Audit)/.test(id),
  );
  expect([...new Set(roles.map(({ id }) => id))].filter((id) => never[id] === undefined)).toEqual([]);
});

describe.each(Object.entries(byOwnership))('%s, on what carries no deployment’s tag', (id, acts) => {
  const documents = ofAccount(id);

  it.each(named(acts))('does no %s, and does it on a deployment’s', (_, act) => {
    expect(allows(documents, act, ofNobody)).toBe(false);
    expect(allows(documents, act, ofOthers)).toBe(false);
    expect(allows(documents, act, own)).toBe(true);
  });
});

describe.each(Object.entries(never))('%s, whatever tag it carries', (id, acts) => {
  const documents = ofAccount(id);

  it.each(named(acts))('does no %s', (_, act) => {
    for (const tags of [ofNobody, ofOthers, own]) {
      // A pool that carries the tag already is a deployment’s, and its tags change with the stack’s.
      if (/^(cognito-idp|dlm):TagResource$/.test(act[0]) && tags === own) continue;
      expect(allows(documents, act, tags)).toBe(false);
    }
  });
});

describe('the session of a job, on another deployment', () => {
  const others = { 'aws:ResourceTag/opensarlab:deployment': 'payroll' };

  it.each(named(bySession))('does no %s, whatever its role may', (_, act) => {
    expect(allows(session, act, others)).toBe(false);
    const [action, resource, context = {}] = act;
    const mine: Act = [action, resource.replaceAll('payroll', deployment), context];
    expect(allows(session, mine, own)).toBe(true);
  });
});

describe.each(Object.entries(ofStacks))('%s', (place, { may, mayNot }) => {
  const documents = ofStack(place);

  it.each(named(may))('does %s', (_, act) => expect(allows(documents, act, {})).toBe(true));
  it.each(named(mayNot))('does no %s', (_, act) => expect(allows(documents, act, {})).toBe(false));
});
