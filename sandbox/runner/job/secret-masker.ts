/** Replaces secrets by `***`. Values can be added at any time and apply from then on. */
export type SecretMasker = {
  add(secret: string): void;
  mask(text: string): string;
};

/**
 * A masker as the runner's: each secret also as base64, as part of a URL and inside JSON; several lines one by one
 * (docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#masking-a-value-in-a-log).
 */
export function createSecretMasker(): SecretMasker {
  const known = new Set<string>();
  let sorted: string[] = [];
  const add = (secret: string): void => {
    for (const value of variants(secret)) known.add(value);
    // The longest first, so that a secret that contains another one leaves nothing of itself.
    sorted = [...known].sort((left, right) => right.length - left.length);
  };
  const mask = (text: string): string => sorted.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
  return { add, mask };
}

function variants(secret: string): string[] {
  const lines = secret
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
  if (lines.length === 0) return [];
  const encoded = [
    Buffer.from(secret).toString('base64'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
  return [...(lines.length > 1 ? [secret, ...lines] : [secret.trim()]), ...encoded].filter((value) => value !== '');
}
