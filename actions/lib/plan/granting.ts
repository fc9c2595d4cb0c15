import { rowOf } from '../resources/resource-types.ts';

/** What is no resource: files of the mirror, which run in the lab and are known to whoever approved them; and whole stacks. */
const harmless: ReadonlySet<string> = new Set(['file', 'upstream', 'stack']);

/** Keys of a rendered configuration by which people come in or get more. */
const grantingKeys: ReadonlySet<string> = new Set([
  'admin_email_address',
  'admin_user_name',
  'aws',
  'groups',
  'network',
  'parameters',
  'profiles',
  'service_accounts',
  'users',
]);

/**
 * Whether such a row gives access or opens something: permissions, who may enter, which addresses are let in, what is
 * public. A type that nobody knows does, so that a new one asks until somebody has thought about it.
 * @param property as in a row, e.g. `Properties/ResourcesVpcConfig/PublicAccessCidrs/[…]`; empty for the whole
 */
export function isGranting(type: string, property: string): boolean {
  if (type === 'configuration') {
    const keys = property.split(/[/.]/);
    return property === '' || keys.some((key) => grantingKeys.has(key) || key.startsWith('sign_up'));
  }
  if (harmless.has(type)) return false;
  const grants = rowOf(type)?.grants ?? 'everything';
  if (grants === 'everything') return true;
  const [start, name] = property.split('/');
  // The whole of a resource: what it grants is in its properties, which have rows of their own.
  return start === 'Properties' && name !== undefined && grants.includes(name);
}
