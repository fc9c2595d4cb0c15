import { isSeq } from 'yaml';
import { withoutEnds } from '../text-ends.ts';
import { convertText, type FieldRule, type FieldRules } from './field-rules.ts';

const statements: FieldRule = ({ name, node, data }) => (isSeq(node) ? { to: name, value: data() } : {});

const trusts: FieldRule = ({ node }) =>
  node === undefined
    ? {}
    : {
        note: {
          kind: 'decision',
          message:
            'Only servers of the deployment may take on the role. Who else trusted it, must get access another way.',
        },
      };

/** A name that Kubernetes takes. */
export const accountName = (text: string): string =>
  withoutEnds(text.toLowerCase().replace(/[^a-z0-9.-]+/g, '-'), '.-');

/** Rules for one entry of `service_accounts` (from 2023). */
export const serviceAccountRules: FieldRules = {
  name: convertText(accountName, 'Kubernetes allows lower-case letters, digits, hyphens and dots.'),
  namespace: convertText(() => 'jupyter', 'servers run in the namespace jupyter.', 'decision'),
  permissions: statements,
  trusts,
};
