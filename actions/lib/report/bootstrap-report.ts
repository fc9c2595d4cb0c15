import type { BootstrapResult } from '../bootstrap/bootstrap-result.ts';
import type { SettingResult } from '../bootstrap/repository-setup.ts';
import { cellCode, code, count, paragraphs, table, text } from './markdown.ts';

const settingWords: Record<SettingResult['state'], string> = {
  set: '🟢 set',
  right: '⚪ was right',
  'to do': '🟡 to do',
  differs: '🟠 look at it',
};

/** What the bootstrap did in AWS and on GitHub, and what is left to do by hand. */
export function renderBootstrap(result: BootstrapResult): string {
  const { stack, settings } = result;
  const open = settings.filter(({ state }) => state === 'to do');
  return paragraphs(
    `### ${text(result.repository)} and AWS account ${text(result.accountId)}`,
    `Stack ${code(result.stackName)} in ${text(result.region)}: ${whatHappened(result)}`,
    result.existingProvider === undefined
      ? ''
      : `The roles trust ${code(result.existingProvider)}, which was there before.`,
    stack.destroys.length === 0
      ? ''
      : table(
          ['Removed or replaced', 'Type', 'What'],
          stack.destroys.map(({ logicalId, type, action }) => [cellCode(logicalId), cellCode(type), text(action)]),
        ),
    stack.changes.length === 0
      ? ''
      : table(
          ['Resource', 'Type', 'Change'],
          stack.changes.map(({ logicalId, type, action }) => [cellCode(logicalId), cellCode(type), text(action)]),
        ),
    `**On GitHub**${open.length > 0 ? `, for an administrator of the repository: ${count(open.length, 'setting')} to do` : ''}`,
    table(['', 'Setting', 'Must be'], settings.map(settingRow)),
    open.length > 0 && !result.dryRun
      ? 'With an administrator’s token in GITHUB_TOKEN, `--configure-github` does this.'
      : '',
  );
}

function whatHappened({ dryRun, stack }: BootstrapResult): string {
  if (!dryRun) return `${stack.change}.`;
  if (stack.changes.length === 0) return 'nothing would change.';
  return `${count(stack.changes.length, 'resource')} would change. Nothing was done.`;
}

function settingRow({ state, setting, wanted, detail }: SettingResult): string[] {
  return [settingWords[state], text(setting), [wanted, detail ?? ''].filter(Boolean).map(text).join('<br>')];
}
