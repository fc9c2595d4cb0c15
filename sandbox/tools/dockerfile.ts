import { ToolError } from './run-tool.ts';

export type Instruction = {
  /** Upper case: `COPY`, `RUN` … */
  name: string;
  /** `--from=x` and the like, without dashes. */
  flags: Record<string, string>;
  /** The rest, variables not replaced. */
  text: string;
  /** Line of the file, from 1. */
  line: number;
};

export type Stage = {
  /** Lower case; undefined for a stage without `AS`. */
  name: string | undefined;
  /** The image or stage after FROM, variables not replaced. */
  base: string;
  instructions: Instruction[];
};

export type Dockerfile = {
  /** `ARG` before the first FROM: name → default. */
  globalArguments: Record<string, string>;
  stages: Stage[];
};

/** docs.docker.com/reference/dockerfile */
const INSTRUCTIONS = new Set([
  ...['ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'MAINTAINER'],
  ...['ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'],
]);

/**
 * Reads a Dockerfile: comments, continued lines, here-documents, stages.
 * @throws ToolError in BuildKit's words
 */
export function parseDockerfile(text: string): Dockerfile {
  const globalArguments: Record<string, string> = {};
  const stages: Stage[] = [];
  for (const instruction of readInstructions(text)) {
    if (!INSTRUCTIONS.has(instruction.name)) {
      throw failure(`dockerfile parse error on line ${instruction.line}: unknown instruction: ${instruction.name}`);
    }
    const stage = stages.at(-1);
    if (instruction.name === 'FROM') stages.push(newStage(instruction));
    else if (stage) stage.instructions.push(instruction);
    else if (instruction.name === 'ARG') Object.assign(globalArguments, argumentDefaults(instruction.text));
    else throw failure(`dockerfile parse error on line ${instruction.line}: no build stage in current context`);
  }
  if (stages.length === 0) throw failure('file with no instructions');
  return { globalArguments, stages };
}

const failure = (message: string): ToolError => new ToolError(`ERROR: failed to build: failed to solve: ${message}`);

function newStage({ text, line }: Instruction): Stage {
  const match = /^(\S+)(?:\s+as\s+([A-Za-z][\w.-]*))?$/i.exec(text);
  if (!match?.[1]) throw failure(`dockerfile parse error on line ${line}: FROM requires either one or three arguments`);
  return { name: match[2]?.toLowerCase(), base: match[1], instructions: [] };
}

/** `ARG A B=c` declares A without and B with a default. */
export function argumentDefaults(text: string): Record<string, string> {
  return Object.fromEntries(
    words(text).map((word) => {
      const equals = word.indexOf('=');
      return equals === -1 ? [word, ''] : [word.slice(0, equals), word.slice(equals + 1)];
    }),
  );
}

function readInstructions(text: string): Instruction[] {
  const lines = text.split(/\r?\n/);
  const instructions: Instruction[] = [];
  let next = 0;
  while (next < lines.length) {
    const line = next + 1;
    let logical = '';
    let continued = true;
    while (continued && next < lines.length) {
      const physical = lines[next] ?? '';
      next += 1;
      if (/^\s*(#|$)/.test(physical)) {
        continued = logical !== '';
        continue;
      }
      continued = /\\\s*$/.test(physical);
      logical += `${physical.replace(/\\\s*$/, '').trim()} `;
    }
    next = skipHereDocuments(lines, next, logical);
    if (logical.trim() !== '') instructions.push(instruction(logical.trim(), line));
  }
  return instructions;
}

/** The bodies of `<<EOF` belong to the instruction; what they say is not looked at. */
function skipHereDocuments(lines: readonly string[], start: number, logical: string): number {
  let next = start;
  for (const [, name = ''] of /^(RUN|COPY|ADD)\b/i.test(logical) ? logical.matchAll(/<<-?["']?(\w+)["']?/g) : []) {
    while (next < lines.length && (lines[next] ?? '').trim() !== name) next += 1;
    next += 1;
  }
  return next;
}

function instruction(logical: string, line: number): Instruction {
  const [name = '', ...rest] = logical.split(/\s+/);
  const flags: Record<string, string> = {};
  while (rest[0]?.startsWith('--')) {
    const [key = '', value = ''] = (rest.shift() ?? '').slice(2).split('=', 2);
    flags[key] = value;
  }
  return { name: name.toUpperCase(), flags, text: rest.join(' '), line };
}

/** Words of an instruction, in shell or JSON form; quotes are taken off. */
export function words(text: string): string[] {
  if (text.startsWith('[')) {
    try {
      return (JSON.parse(text) as unknown[]).map(String);
    } catch {
      // Not JSON after all: BuildKit reads it in shell form, too.
    }
  }
  return [...text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/["']/g, ''));
}

/** Replaces `$NAME`, `${NAME}` and `${NAME:-default}` (docs.docker.com/reference/dockerfile, environment replacement). */
export function replaceVariables(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)(?::-([^}]*))?\})/g,
    (_whole, bare?: string, braced?: string, other?: string) => {
      return variables[bare ?? braced ?? ''] || other || '';
    },
  );
}
