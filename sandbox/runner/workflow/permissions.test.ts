import { describe, expect, it } from 'vitest';
import { jobPermissions } from './permissions.ts';
import { parseWorkflowFile } from './workflow-file.ts';

/** Permissions of a job, given as YAML. */
function permissions(workflow: string | undefined, job: string | undefined, fork = false) {
  const top = workflow === undefined ? '' : `permissions: ${workflow}\n`;
  const own = workflow === undefined && job === undefined ? '' : job === undefined ? '' : `    permissions: ${job}\n`;
  const file = parseWorkflowFile(
    'a.yml',
    `on: push\n${top}jobs:\n  a:\n    runs-on: ubuntu-latest\n${own}    steps: [{run: 'true'}]\n`,
  );
  if (file.kind !== 'workflow') throw new Error(file.issues.map(({ message }) => message).join('\n'));
  return jobPermissions(
    file.workflow.jobs[0]?.settings.get('permissions'),
    file.workflow.settings.get('permissions'),
    fork,
  );
}

describe('jobPermissions', () => {
  it('reads contents and packages by default', () => {
    expect(permissions(undefined, undefined)).toEqual({ contents: 'read', packages: 'read', metadata: 'read' });
  });

  it('gives nothing for {} and lets a job replace all of the workflow’s', () => {
    expect(permissions('{}', undefined)).toEqual({ metadata: 'read' });
    expect(permissions('{contents: write}', '{issues: read}')).toEqual({ issues: 'read', metadata: 'read' });
  });

  it('expands read-all and write-all; a token for OIDC is only in write-all', () => {
    expect(permissions('read-all', undefined)).toMatchObject({ contents: 'read', models: 'read' });
    expect(permissions('read-all', undefined)).not.toHaveProperty('id-token');
    expect(permissions('write-all', undefined)).toMatchObject({
      contents: 'write',
      'id-token': 'write',
      models: 'read',
    });
  });

  it('makes nothing writable for pull requests from forks', () => {
    expect(permissions('{contents: write, id-token: write}', undefined, true)).toEqual({
      contents: 'read',
      metadata: 'read',
    });
  });
});
