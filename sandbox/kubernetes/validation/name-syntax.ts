/** The syntax of names, labels and ports: k8s.io/apimachinery, pkg/util/validation/validation.go. Answers are messages. */

/** `RegexError` */
const mismatch = (message: string, format: string, ...examples: string[]): string => {
  const listed = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (e.g. ${listed}regex used for validation is '${format}')`;
};

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const VALUE = `(${QUALIFIED})?`;
const KEY = '[-._a-zA-Z0-9]+';

const is = (format: string, text: string): boolean => new RegExp(`^(?:${format})$`).test(text);
const check = (text: string, limit: number, format: string, problem: string, unit = 'characters'): string[] => [
  ...(text.length > limit ? [`must be no more than ${limit} ${unit}`] : []),
  ...(text.length <= 10 * limit && is(format, text) ? [] : [problem]),
];

export const dnsLabel = (text: string): string[] => {
  if (text.length <= 253 && text.includes('.') && is(SUBDOMAIN, text)) return ['must not contain dots'];
  const problem =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
  return check(text, 63, LABEL, mismatch(problem, LABEL, 'my-name', '123-abc'));
};

export const dnsSubdomain = (text: string): string[] =>
  check(
    text,
    253,
    SUBDOMAIN,
    mismatch(
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
      SUBDOMAIN,
      'example.com',
    ),
  );

/** `IsLabelKey`: an optional subdomain and `/`, and a name. Keys of labels and annotations. */
export function qualifiedName(text: string): string[] {
  const problem = mismatch(
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    QUALIFIED,
    ...['MyName', 'my.name', '123-abc'],
  );
  const parts = text.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length > 2) {
    return [`a valid label key ${problem} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  }
  const [prefix] = parts.slice(0, -1);
  const ofPrefix = prefix === '' ? ['must be non-empty'] : prefix === undefined ? [] : dnsSubdomain(prefix);
  const ofName = [...(name === '' ? ['must be non-empty'] : []), ...check(name, 63, QUALIFIED, problem, 'bytes')];
  return [...ofPrefix.map((each) => `prefix part ${each}`), ...ofName.map((each) => `name part ${each}`)];
}

export const labelValue = (text: string): string[] =>
  check(
    text,
    63,
    VALUE,
    mismatch(
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
      VALUE,
      'MyValue',
      'my_value',
      '12345',
    ),
    'bytes',
  );

/** Keys of config maps and secrets. */
export function configKey(text: string): string[] {
  if (text === '.' || text === '..') return [`must not be '${text}'`];
  if (text.startsWith('..')) return [`must not start with '..'`];
  const problem = mismatch(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    KEY,
    'key.name',
    'KEY_NAME',
    'key-name',
  );
  return check(text, 253, KEY, problem);
}

/** `IsRelaxedEnvVarName`, which the API server goes by since Kubernetes 1.32. */
export const environmentName = (text: string): string[] =>
  /^[\x20-\x3c\x3e-\x7e]+$/.test(text)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];

export const portNumber = (port: number): string[] =>
  port >= 1 && port <= 65_535 ? [] : ['must be between 1 and 65535, inclusive'];

export function portName(text: string): string[] {
  return [
    ...(text.length > 15 ? ['must be no more than 15 characters'] : []),
    ...(/^[-a-z0-9]*$/.test(text) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
    ...(/[a-z]/.test(text) ? [] : ['must contain at least one letter (a-z)']),
    ...(text.includes('--') ? ['must not contain consecutive hyphens'] : []),
    ...(/^-|-$/.test(text) ? ['must not begin or end with a hyphen'] : []),
  ];
}
