import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../../setup/install.mjs';

/** What is known of a pattern's worst case over all inputs. */
export type Proof = { linear: true; by: 'automaton' | 'reduction' } | { linear: false; reason: string };

/** The parts of two tools of `.ci/tools` that are used here. */
type Recheck = { checkSync(source: string, flags: string, options: object): Judgement };
type Judgement = {
  status: 'safe' | 'vulnerable' | 'unknown';
  complexity?: { summary: string };
  error?: { kind: string; message?: string };
  attack?: { pattern: string };
};
type Node = { type: string; start: number; end: number };
type Regexpp = {
  parseRegExpLiteral(literal: string): { pattern: Pattern };
  visitRegExpAST(node: Node, handlers: Record<string, (node: never) => void>): void;
};
type Pattern = Node & { alternatives: (Node & { elements: Node[] })[] };
type Assertion = Node & { kind: string; alternatives: (Node & { elements: Element[] })[] };
type Quantifier = Node & { min: number; max: number; greedy: boolean; element: Element };
type Group = Node & { alternatives: (Node & { elements: Element[] })[] };
type Backreference = Node & { resolved: Group | Group[] };
type Element = Node;

/** Milliseconds for one pattern; most take less than one second, on a busy machine a long one takes minutes. */
const patience = 120_000;

/** Repetitions up to this often are kept as they are; the automaton of more takes too long to build. */
const fewRepetitions = 4;

/** A private character: nothing in a product's pattern is made to match it, so that what must be followed by it fails. */
const neverThere = '\uE000';

/**
 * Shows with recheck's automata (github.com/makenowjust-labs/recheck) that the time a backtracking engine takes for a
 * pattern grows at most linearly with its input. Fuzzing is never taken for a proof.
 *
 * What the automata do not cover is reduced first, so that every path that the engine can take through the pattern is also
 * one through the reduced pattern, and each of them is taken, because the reduced pattern ends in a character that never
 * comes: `X{2,60}` becomes `X+`; `\1` becomes what its group allows, when that has a limited length; a look-around and
 * an assertion about the end go, when a look-around has a limited length or stands at the very start.
 */
export function createProver(): (source: string, flags: string) => Proof {
  const require = createRequire(join(root, '.ci', 'tools', 'package.json'));
  const recheck: Recheck = require('recheck');
  const regexpp: Regexpp = require('@eslint-community/regexpp');
  const judge = (source: string, flags: string, by: 'automaton' | 'reduction'): Proof => {
    const options = { checker: 'automaton', timeout: patience };
    const found = recheck.checkSync(source, flags.replace(/[dy]/g, '').replace('v', 'u'), options);
    if (found.status === 'safe') return { linear: true, by };
    const reason = found.complexity?.summary ?? found.error?.message ?? found.error?.kind ?? found.status;
    return { linear: false, reason: found.attack === undefined ? reason : `${reason}: ${found.attack.pattern}` };
  };
  return (written, flags) => {
    const { source } = new RegExp(written, flags); // its slashes escaped, as a literal needs them
    const parsed = regexpp.parseRegExpLiteral(`/${source}/${flags}`).pattern;
    const reducing = new Reduction(source, flags, regexpp);
    const reduced = reducing.of(parsed);
    if (reducing.refusal !== undefined) return { linear: false, reason: reducing.refusal };
    if (!reducing.needed) {
      const proof = judge(source, flags, 'automaton');
      if (proof.linear || proof.reason !== 'timeout') return proof;
    }
    for (const body of reducing.bodies) {
      const proof = judge(`^(?:${body})${neverThere}`, flags, 'reduction');
      if (!proof.linear) return { linear: false, reason: `in its look-around: ${proof.reason}` };
    }
    return (
      reduced.map((part) => judge(`(?:${part})${neverThere}`, flags, 'reduction')).find(({ linear }) => !linear) ?? {
        linear: true,
        by: 'reduction',
      }
    );
  };
}

/** One pattern on its way to a simpler one that has at least the same paths. */
class Reduction {
  readonly #text: string;
  readonly #flags: string;
  readonly #regexpp: Regexpp;
  /** Whether anything is there that the automata do not cover. */
  needed = false;
  /** Why it cannot be reduced. */
  refusal: string | undefined;
  /** Look-arounds of any length at the very start: each is run once, and is proven for itself. */
  readonly bodies: string[] = [];
  #leading: Node | undefined;

  constructor(source: string, flags: string, regexpp: Regexpp) {
    this.#text = `/${source}/`;
    this.#flags = flags;
    this.#regexpp = regexpp;
  }

  /** One simpler pattern for each alternative: the time for all of them is the sum of the times for each. */
  of(pattern: Pattern): string[] {
    const [only, ...others] = pattern.alternatives;
    const [first, second] = only?.elements ?? [];
    const isAnchored = others.length === 0 && first !== undefined && this.#raw(first) === '^';
    if (isAnchored && !this.#flags.includes('m')) this.#leading = second;
    return pattern.alternatives.map((alternative) => this.#replaced(alternative));
  }

  /** The text of a node, with replacements for the outermost nodes in it that need one. */
  #replaced(node: Node): string {
    const changes: { node: Node; text: string }[] = [];
    const change = (inner: Node, text: string): void => {
      if (changes.some((known) => known.node.start <= inner.start && inner.end <= known.node.end)) return;
      changes.push({ node: inner, text });
    };
    const covered = (inner: Node): boolean =>
      changes.some((known) => known.node.start <= inner.start && inner.end <= known.node.end);
    this.#regexpp.visitRegExpAST(node, {
      onAssertionEnter: (assertion: Assertion) => {
        if (assertion === node || covered(assertion) || assertion.kind === 'start') return;
        if ('alternatives' in assertion) this.#checkLookaround(assertion);
        change(assertion, '(?:)');
      },
      onBackreferenceEnter: (reference: Backreference) => {
        if (covered(reference)) return;
        const group = [reference.resolved].flat()[0];
        this.needed = true;
        if (group === undefined || longestOf(group) === Number.POSITIVE_INFINITY)
          this.refusal = 'it refers back to a group of any length';
        else change(reference, `(?:${group.alternatives.map((one) => this.#raw(one)).join('|')})`);
      },
      onQuantifierEnter: (quantifier: Quantifier) => {
        if (quantifier === node || covered(quantifier)) return;
        const { min, max, element, greedy } = quantifier;
        if (Math.max(min, max === Number.POSITIVE_INFINITY ? 0 : max) <= fewRepetitions) return;
        this.needed = true;
        change(quantifier, `${this.#replaced(element)}${min === 0 ? '*' : '+'}${greedy ? '' : '?'}`);
      },
    });
    let text = '';
    let at = node.start;
    for (const { node: inner, text: instead } of changes.toSorted((a, b) => a.node.start - b.node.start)) {
      text += this.#text.slice(at, inner.start) + instead;
      at = inner.end;
    }
    return text + this.#text.slice(at, node.end);
  }

  #checkLookaround(assertion: Assertion): void {
    this.needed = true;
    if (longestOf(assertion) !== Number.POSITIVE_INFINITY) return;
    if (assertion === this.#leading && assertion.kind === 'lookahead') {
      this.bodies.push(assertion.alternatives.map((one) => this.#replaced(one)).join('|'));
    } else this.refusal = 'it looks around for any length, from any place';
  }

  #raw(node: Node): string {
    return this.#text.slice(node.start, node.end);
  }
}

/** Most characters that a node can match. */
function longestOf(node: Node): number {
  if (node.type === 'Quantifier') {
    const { max, element } = node as Quantifier;
    const one = longestOf(element);
    return one === 0 || max === 0 ? 0 : one * max;
  }
  if (node.type === 'Assertion' && !('alternatives' in node)) return 0;
  if ('alternatives' in node) {
    const { alternatives } = node as Group;
    return Math.max(...alternatives.map(({ elements }) => elements.reduce((sum, part) => sum + longestOf(part), 0)));
  }
  if (node.type === 'Backreference') {
    const [group] = [(node as Backreference).resolved].flat();
    return group === undefined ? 0 : longestOf(group);
  }
  return 1;
}
