import { expect, it } from 'vitest';
import { stackKinds } from '../../actions/lib/stacks/stack.ts';
import { policiesOf } from '../../scripts/check/static-proof/policy-statements.ts';
import { renderedTemplates } from '../../scripts/check/static-proof/rendered-templates.ts';

// A stack that a role may plan and not deploy, or deploy and not destroy, is found out in the middle of the work.

const statements = renderedTemplates()
  .filter(({ name, region }) => name === 'opensarlab-bootstrap' && region === 'us-west-2')
  .flatMap(policiesOf)
  .flatMap(({ resource, document }) => {
    const { Statement } = document as { Statement: { Sid?: string; Resource?: unknown }[] };
    return Statement.map(({ Sid, Resource }) => {
      const kinds = [...JSON.stringify(Resource ?? '').matchAll(/:stack\/\*-([a-z-]+)\/\*/g)].map(([, kind]) => kind);
      return { statement: `${resource.id} ${Sid}`, kinds };
    });
  })
  .filter(({ kinds }) => kinds.length > 0);

it('policies name stacks', () => {
  expect(statements.length).toBeGreaterThanOrEqual(5);
});

it.each(statements)('$statement names every stack', ({ kinds }) => {
  expect([...new Set(kinds)].sort()).toEqual([...stackKinds].sort());
});
