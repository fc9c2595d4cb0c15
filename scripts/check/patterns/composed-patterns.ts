/** Why a pattern that is put together while the program runs is linear all the same. */
export type Explanation = {
  file: string;
  /** A part of the expression in the code. */
  expression: string;
  why: string;
  /** Patterns that it can become, proven like every other; empty when they are proven where they come from. */
  standsFor: readonly { source: string; flags: string }[];
};

/** Every `new RegExp` of the product. */
export const explanations: readonly Explanation[] = [
  {
    file: 'actions/lib/deployment/shape-value-sentences.ts',
    expression: "new RegExp(pattern, 'u')",
    why: 'a pattern of schemas/opensarlab.schema.json; all of them are proven there',
    standsFor: [],
  },
  {
    file: 'actions/lib/deployment/scaffold/text-edits.ts',
    expression: 'section}:`',
    why: 'sections are named by the questions in questions.ts, never by an answer',
    standsFor: [{ source: '^parameters:', flags: 'm' }],
  },
  {
    file: 'actions/lib/deployment/scaffold/text-edits.ts',
    expression: 'indent}# ',
    why: 'keys are named by the questions in questions.ts, never by an answer',
    standsFor: [{ source: '^ {2}# ical_url:[^\\n#]*(#[^\\n]*)?$', flags: 'm' }],
  },
  {
    file: 'actions/lib/resources/resource-arn.ts',
    expression: 'resource}$`',
    why: 'made of the formats in resource-types.ts, with one place for the physical id',
    standsFor: [
      { source: '^project/(.+?)(?::\\*)?$', flags: '' },
      { source: '^log-group:(.+?)(?::\\*)?$', flags: '' },
    ],
  },
];
