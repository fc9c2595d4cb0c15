import { isSeq } from 'yaml';
import { convertText, type FieldRule } from './field-rules.ts';
import type { FieldRules } from './rules-2022.ts';

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

/** Rules for one entry of `service_accounts` (2024). */
export const serviceAccountRules: FieldRules = {
  name: convertText(
    (text) => text.toLowerCase().replace(/[^a-z0-9.-]+/g, '-'),
    'Kubernetes allows lower-case letters, digits, hyphens and dots.',
  ),
  namespace: convertText(() => 'jupyter', 'servers run in the namespace jupyter.', 'decision'),
  permissions: statements,
  trusts,
};
