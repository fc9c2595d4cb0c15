import { type Document, parseDocument, Scalar } from 'yaml';
import type { UpstreamRepositories } from './upstream-repositories.ts';

/** The declaration the demo works with; `text` changes as the person edits it. */
export type Declaration = { name: string; file: string; text: string };

/** What differs from the example: the account, and upstream repositories that need no network. */
export type Settings = {
  name: string;
  accountId: string;
  region: string;
  certificateArn: string;
  mailIdentityArn: string;
  domain: string;
  adminEmail: string;
  upstream: UpstreamRepositories;
};

/** The commented example with the person's own values, as somebody would fill it in by hand. */
export function writeDeclaration(example: string, settings: Settings): Declaration {
  const document = parseDocument(example);
  const set = (path: readonly string[], value: unknown): void => document.setIn(path, value);
  const account = new Scalar(settings.accountId);
  account.type = Scalar.QUOTE_DOUBLE;
  set(['aws', 'account_id'], account);
  set(['aws', 'region'], settings.region);
  set(['parameters', 'cost_tag_value'], settings.name);
  set(['parameters', 'admin_email_address'], settings.adminEmail);
  set(['parameters', 'admin_email_address_sns_arn'], settings.mailIdentityArn);
  set(['parameters', 'certificate_arn'], settings.certificateArn);
  set(['parameters', 'deployment_url'], `https://${settings.name}.${settings.domain}`);
  document.set('sources', document.createNode(settings.upstream));
  return { name: settings.name, file: `deployments/${settings.name}/opensarlab.yaml`, text: document.toString() };
}

/** A profile that names a node which does not exist, and a limit below its guarantee: what copying leads to. */
export function withMistake(text: string): string {
  return edit(text, (document) => {
    document.setIn(['profiles', 1, 'node_name'], 'sar2');
    document.setIn(['profiles', 0, 'memory_limit'], '500M');
  });
}

/** The small user nodes one size up. */
export function withLargerNodes(text: string): string {
  return edit(text, (document) => document.setIn(['nodes', 1, 'instance'], 'm6a.xlarge, m5a.xlarge'));
}

/** A remark that changes nothing. */
export function withComment(text: string): string {
  return `${text}\n# Reviewed with the instructors.\n`;
}

function edit(text: string, change: (document: Document) => void): string {
  const document = parseDocument(text);
  change(document);
  return document.toString();
}
