/**
 * A declaration with the digest of what is to be reviewed. Nothing but the selection reads it: it makes the declaration
 * differ, so that a pull request with it gets a plan. Comments, order and layout of the rest stay as a person wrote them.
 * @param digest 64 hex digits
 */
export function withReviewedLine(declaration: string, digest: string): string {
  const lines = declaration.split('\n');
  const at = lines.findIndex((line) => line.startsWith('reviewed:'));
  if (at >= 0) return lines.with(at, `reviewed: ${digest}`).join('\n');
  const end = declaration === '' || declaration.endsWith('\n') ? '' : '\n';
  return `${declaration}${end}reviewed: ${digest}\n`;
}
