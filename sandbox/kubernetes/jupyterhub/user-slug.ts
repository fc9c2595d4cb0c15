import { createHash } from 'node:crypto';

/** How KubeSpawner makes names of Kubernetes objects from user names (kubespawner/slugs.py, `slug_scheme`). */
export type SlugScheme = 'safe' | 'escape';

/**
 * The user's part of the names of claims and pods.
 * - `safe`: a name that is a valid label value as it is stays; any other is stripped and gets a hash.
 * - `escape`: everything but lower-case letters and digits becomes a hyphen and its bytes in hex (escapism).
 */
export function userSlug(name: string, scheme: SlugScheme): string {
  if (scheme === 'escape') return escapeSlug(name);
  const isSafe = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name) && /^[a-z]/.test(name) && !name.includes('--');
  return isSafe ? name : hashedSlug(name);
}

function escapeSlug(name: string): string {
  return [...Buffer.from(name)]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[a-z0-9]/.test(char) ? char : `-${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

function hashedSlug(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  const stripped = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return `${stripped || 'x'}---${hash}`;
}

/**
 * Fills a name template of the chart.
 * @throws Error for a field the sandbox does not know
 */
export function expandTemplate(template: string, slug: string, unescaped: string): string {
  const fields: Record<string, string> = {
    username: slug,
    user_server: slug,
    escaped_username: slug,
    safe_username: slug,
    unescaped_username: unescaped,
    servername: '',
    escaped_servername: '',
  };
  return template.replace(/\{(\w+)\}/g, (_whole, field: string) => {
    const value = fields[field];
    if (value === undefined) throw new Error(`The sandbox does not know {${field}} in the template "${template}".`);
    return value;
  });
}
