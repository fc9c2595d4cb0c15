import type { CodeEntry } from './code-entry.ts';

/** OSL01x and OSL025: what the schema and YAML’s types say about single fields. */
export const shapeCodes = {
  OSL010: {
    severity: 'error',
    rule: 'Required fields are there.',
    cause: 'A field was forgotten, or is in another group of fields because of its indentation.',
    remedy: 'Add the field; its description is in the finding.',
  },
  OSL011: {
    severity: 'error',
    rule: 'Every field is one of the schema.',
    cause: 'A field is misspelt or in the wrong section. Unknown fields would be ignored without a word.',
    remedy: 'Correct the name or move the field; the finding names the nearest one.',
  },
  OSL012: {
    severity: 'error',
    rule: 'Every value has the type of its field.',
    cause: 'A number where text belongs, a text where a list belongs, or nothing at all behind the colon.',
    remedy: 'Write the value as the finding shows it, or remove a field that has none.',
  },
  OSL013: {
    severity: 'error',
    rule: 'Texts have the form that their field needs.',
    cause: 'AWS, Kubernetes or JupyterHub would refuse the value, often only after an hour.',
    remedy: 'Correct the value; the finding says what is allowed.',
  },
  OSL014: {
    severity: 'error',
    rule: 'Numbers, lengths of texts and numbers of entries are within their limits.',
    cause: 'The value is too small or too large, or a text or list too short or too long.',
    remedy: 'Choose a value within the limits that the finding names.',
  },
  OSL015: {
    severity: 'error',
    rule: 'Fields with a fixed choice have one of its values.',
    cause: 'The value is misspelt or was made up.',
    remedy: 'Choose one of the values that the finding lists.',
  },
  OSL016: {
    severity: 'error',
    rule: 'Lists without order have no entry twice.',
    cause: 'An entry was copied.',
    remedy: 'Remove one of the two.',
  },
  OSL017: {
    severity: 'error',
    rule: 'Text that changes when it is read as a number is in quotes.',
    cause: 'Without quotes YAML reads 1.30 as the number 1.3, 012 as 12 and 1e5 as 100000; the text is lost.',
    remedy: 'Put the value in quotes.',
  },
  OSL018: {
    severity: 'error',
    rule: 'Numbers and true and false are written so that every YAML reader reads the same.',
    cause:
      'yes, no, on and off are texts in YAML 1.2 and true or false in YAML 1.1; 010, 1:30 and 1_000 are different numbers, or texts.',
    remedy: 'Write true or false, and numbers in decimal digits without a zero at the start.',
  },
  OSL019: {
    severity: 'error',
    rule: 'Fields of upstream’s files that have no place here are not there.',
    cause:
      'The file was carried over from upstream’s 2022 or 2024 release, where the field set something that is fixed or elsewhere here.',
    remedy: 'Do as the finding says, or let `npx opensarlab migrate` convert the file.',
  },
  OSL025: {
    severity: 'warning',
    rule: 'Texts that YAML 1.1 reads otherwise are in quotes.',
    cause: 'no, on or 12:30 without quotes is text here, but false, true or 750 for tools that speak YAML 1.1.',
    remedy: 'Put the value in quotes.',
  },
} as const satisfies Record<string, CodeEntry>;
