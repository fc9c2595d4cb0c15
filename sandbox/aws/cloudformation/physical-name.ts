import { randomInt } from 'node:crypto';

const characters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * A physical name as CloudFormation makes it, `STACK-LOGICALID-RANDOM`:
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
 *
 * @param options.maxLength the name's limit; the stack name and logical id are cut, never the random part
 */
export function generatePhysicalName(
  stackName: string,
  logicalId: string,
  options: { maxLength?: number; lowerCase?: boolean } = {},
): string {
  const random = Array.from({ length: 12 }, () => characters[randomInt(characters.length)] ?? 'A').join('');
  const room = (options.maxLength ?? 255) - random.length - 1;
  const prefix = `${stackName}-${logicalId}`.slice(0, Math.max(room, 0)).replace(/-+$/, '');
  const name = prefix === '' ? random : `${prefix}-${random}`;
  return options.lowerCase === true ? name.toLowerCase() : name;
}
