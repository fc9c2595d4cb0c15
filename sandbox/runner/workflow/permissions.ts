import { StringToken, type TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import type { JobPermissions } from '../../github/workflow-event.ts';
import { entriesOf } from '../expressions/token.ts';

/** Every scope of `permissions:` and what it can be set to (workflow syntax, `permissions`). */
const SCOPES: Readonly<Record<string, readonly ('read' | 'write')[]>> = {
  actions: ['read', 'write'],
  'artifact-metadata': ['read', 'write'],
  attestations: ['read', 'write'],
  checks: ['read', 'write'],
  contents: ['read', 'write'],
  deployments: ['read', 'write'],
  discussions: ['read', 'write'],
  'id-token': ['write'],
  issues: ['read', 'write'],
  models: ['read'],
  packages: ['read', 'write'],
  pages: ['read', 'write'],
  'pull-requests': ['read', 'write'],
  'security-events': ['read', 'write'],
  statuses: ['read', 'write'],
};

/**
 * The restricted default of repositories: read access to contents and packages
 * (docs.github.com/en/actions/concepts/security/github_token).
 */
const DEFAULT_PERMISSIONS: JobPermissions = { contents: 'read', packages: 'read', metadata: 'read' };

/**
 * What a job's token may do. A job's own `permissions:` replace the workflow's; what a mapping does not name is `none`.
 * @param fromFork whether the event is a pull request from a fork: then nothing is ever writable
 *   (docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflows-in-forked-repositories)
 */
export function jobPermissions(
  job: TemplateToken | undefined,
  workflow: TemplateToken | undefined,
  fromFork: boolean,
): JobPermissions {
  const permissions = readPermissions(job ?? workflow);
  if (!fromFork) return permissions;
  const readable = Object.entries(permissions).filter(([scope]) => SCOPES[scope]?.includes('read') ?? true);
  return Object.fromEntries(readable.map(([scope, level]) => [scope, level === 'write' ? 'read' : level]));
}

function readPermissions(token: TemplateToken | undefined): JobPermissions {
  if (!token) return DEFAULT_PERMISSIONS;
  if (token instanceof StringToken) return everyScope(token.value === 'write-all' ? 'write' : 'read');
  const named = [...entriesOf(token)].map(([scope, level]): [string, 'read' | 'write' | 'none'] => {
    const text = level.toString();
    return [scope, text === 'write' || text === 'read' ? text : 'none'];
  });
  return { ...Object.fromEntries(named), metadata: 'read' };
}

function everyScope(level: 'read' | 'write'): JobPermissions {
  const scopes = Object.entries(SCOPES).flatMap(([scope, levels]): [string, 'read' | 'write'][] => {
    if (levels.includes(level)) return [[scope, level]];
    return level === 'write' && levels.includes('read') ? [[scope, 'read']] : [];
  });
  return { ...Object.fromEntries(scopes), metadata: 'read' };
}
