import { ApiError } from '../api-error.ts';

type Requirement = (labels: Readonly<Record<string, string>>) => boolean;

/**
 * Reads a label selector, e.g. `app=jupyterhub,component!=hub,tier in (a, b),!x`
 * (kubernetes.io/docs/concepts/overview/working-with-objects/labels, "API").
 * @throws ApiError BadRequest
 */
export function parseSelector(text: string): Requirement {
  const requirements = text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseRequirement);
  return (labels) => requirements.every((requirement) => requirement(labels));
}

function parseRequirement(text: string): Requirement {
  const set = /^(\S+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(text);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((each) => each.trim());
    return (labels) => values.includes(labels[key] ?? '\0') === (operator === 'in');
  }
  const compared = /^([^=!\s]+)\s*(==|=|!=)\s*([^=!\s]*)$/.exec(text);
  if (compared) {
    const [, key = '', operator, value] = compared;
    return (labels) => (labels[key] === value) === (operator !== '!=');
  }
  const existing = /^(!?)([^=!\s]+)$/.exec(text);
  if (!existing)
    throw new ApiError('BadRequest', `unable to parse requirement: found '${text}', expected: '!', identifier`);
  const [, not, key = ''] = existing;
  return (labels) => Object.hasOwn(labels, key) === (not === '');
}
