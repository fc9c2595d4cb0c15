/** A request as it arrived: still encoded, body complete. */
export type WireRequest = {
  /** Upper case. */
  readonly method: string;
  /** Percent-encoded, as sent, without the query. */
  readonly path: string;
  /** Decoded pairs in the order sent. */
  readonly query: readonly (readonly [string, string])[];
  /** Lower-case names; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

export type WireReply = {
  status: number;
  headers: Record<string, string>;
  body: string | Uint8Array;
};

/**
 * Takes a request target apart.
 * @param target path and query as in the request line, e.g. `/bucket/key?x-id=GetObject`
 */
export function splitTarget(target: string): Pick<WireRequest, 'path' | 'query'> {
  const mark = target.indexOf('?');
  if (mark < 0) return { path: target, query: [] };
  return { path: target.slice(0, mark), query: splitQuery(target.slice(mark + 1)) };
}

function splitQuery(text: string): [string, string][] {
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [decode(name), decode(value)];
    });
}

/** Percent-decoding that keeps what is not a valid escape, as servers do. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** First value of a query parameter; undefined when absent. */
export const queryValue = (request: WireRequest, name: string): string | undefined =>
  request.query.find(([each]) => each === name)?.[1];

/** RFC 3986 percent-encoding: everything but letters, digits and `-._~`. */
export const encodeComponent = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
