/**
 * A function of one text that keeps its last result: an interview in a terminal makes the same file from the same example
 * after every answer. The result is shared and must not be changed.
 */
export function rememberLast<T>(compute: (text: string) => T): (text: string) => T {
  let last: { text: string; result: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, result: compute(text) };
    return last.result;
  };
}
