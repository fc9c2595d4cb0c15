/** How much of a message is looked at; AWS's own are far shorter, and none may cost time without end. */
const longest = 20_000;

/** What begins a part in parentheses that only CloudFormation's handlers and the SDKs need. */
const noisyStart =
  /^ *(Service|RequestToken|(S3 )?(Extended )?Request ?ID|SDK Attempt|Status Code|StatusCode|Error Code|HandlerErrorCode|HTTP Status) ?[:;=]/i;

/** Identifiers of a request that stand in the open. */
const labels: readonly RegExp[] = [
  /Resource handler returned message: ?/gi,
  /(https response error )?Status ?Code: ?\d{0,3},?/gi,
  /(S3 |x-amzn-)?(Extended )?Request-?[ _]?I[dD][:=]? ?[A-Za-z0-9=+/_-]*,?/gi,
  /(RequestToken|HandlerErrorCode|SDK Attempt Count|CfId|host ?id)[:=]? ?[A-Za-z0-9=+/_-]*,?/gi,
  /Encoded authorization failure message:? ?[A-Za-z0-9=+/_-]*/gi,
];

/** What must not be left of any of that. */
const noise =
  /Resource handler returned|RequestToken|HandlerErrorCode|SDK Attempt|Request-?[ _]?ID|Encoded authorization/i;

/**
 * AWS's own words without what only machines need: the handler's wrapping, ids of requests, counts of attempts, colours of
 * terminals and other control characters. One line. Linear in the length of the text.
 */
export function cleanWords(text: string): string {
  let words = oneLine(withoutColours(text.slice(0, longest)));
  for (let round = 0; round < 3; round += 1) {
    words = withoutNoisyParts(words);
    for (const label of labels) words = words.replace(label, ' ');
  }
  words = oneLine(readableIssues(words).replace(/\( *\)/g, ' '));
  words = bare(words.replace(/ ([.,;:])/g, '$1'));
  return noise.test(words) ? '' : words;
}

/**
 * The codes that stand in the noise, e.g. `AccessDenied` of `HandlerErrorCode: AccessDenied`.
 * @returns them with a space in between; empty when there is none
 */
export function codesIn(text: string): string {
  const codes: string[] = [];
  for (const [, code = ''] of text
    .slice(0, longest)
    .matchAll(/(?:HandlerErrorCode|Error Code|ErrorCode): ?([A-Za-z.]{1,80})/g)) {
    codes.push(code);
  }
  for (const [, code = ''] of text.slice(0, longest).matchAll(/An error occurred \(([A-Za-z.]{1,80})\)/g))
    codes.push(code);
  return codes.join(' ');
}

/** A text whose white space, line ends and control characters are single spaces. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]+/gu, ' ').trim();
}

/** Without what is left at both ends of a text when its wrapping is gone: spaces, commas, and quotes that have no partner. */
function bare(text: string): string {
  let words = trimmed(text, ' ,;');
  for (const quote of ['"', "'"]) {
    const count = words.split(quote).length - 1;
    const wrapped = count === 2 && words.startsWith(quote) && words.endsWith(quote);
    if (count % 2 === 1 || wrapped) words = trimmed(words, `${quote} ,;`);
  }
  return words;
}

function trimmed(text: string, characters: string): string {
  let [from, to] = [0, text.length];
  while (from < to && characters.includes(text[from] ?? '')) from += 1;
  while (to > from && characters.includes(text[to - 1] ?? '')) to -= 1;
  return text.slice(from, to);
}

/** Sequences that colour a terminal begin with the control character ESC. */
function withoutColours(text: string): string {
  const [first = '', ...rest] = text.split('\u001b');
  return [first, ...rest.map((part) => part.replace(/^\[[0-9;?]{0,20}[A-Za-z]/, ''))].join(' ');
}

/** `[Issue(Code=X, Message=Y, ResourceIds=[z])]`, as the handlers of EKS print it, as `X: Y [z]`. */
function readableIssues(text: string): string {
  if (!text.includes('Issue(Code=')) return text;
  return text
    .replaceAll('[AddonIssue(Code=', '')
    .replaceAll('[Issue(Code=', '')
    .replaceAll('AddonIssue(Code=', '')
    .replaceAll('Issue(Code=', '')
    .replaceAll(', Message=', ': ')
    .replaceAll(', ResourceIds=[', ' [')
    .replaceAll('])]', ']')
    .replaceAll(']),', '],')
    .replaceAll(' []', '');
}

/** Leaves out parentheses whose beginning says that they are noise, also when they are never closed. */
function withoutNoisyParts(text: string): string {
  const open: number[] = [];
  const parts: [number, number][] = [];
  const consider = (start: number, end: number): void => {
    if (!noisyStart.test(text.slice(start + 1, start + 40))) return;
    while (parts.length > 0 && (parts.at(-1)?.[0] ?? -1) > start) parts.pop();
    parts.push([start, end]);
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '(') open.push(at);
    if (character !== ')') continue;
    const start = open.pop();
    if (start !== undefined) consider(start, at + 1);
  }
  for (const start of open.reverse()) consider(start, text.length);
  if (parts.length === 0) return text;
  let rest = '';
  let from = 0;
  for (const [start, end] of parts.sort(([a], [b]) => a - b)) {
    if (start < from) continue;
    rest += text.slice(from, start);
    from = end;
  }
  return rest + text.slice(from);
}
