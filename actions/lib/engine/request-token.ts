/**
 * Makes tokens by which AWS knows a repeated request. They keep to `[a-zA-Z0-9][-a-zA-Z0-9]*`, at most 64 characters,
 * which every service that takes such a token accepts (the shortest limit is CodeBuild's idempotencyToken, 64).
 * @param now the run's start; with `random` it makes tokens of different runs differ
 * @param random a number in [0, 1)
 */
export function requestTokens(now: Date, random: () => number): (what: string) => string {
  const run = `${now.getTime().toString(36)}${Math.floor(random() * 36 ** 6).toString(36)}`;
  let count = 0;
  return (what) => {
    count += 1;
    const words = what.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
    return `o${run}-${count}-${words}`.slice(0, 64);
  };
}

/** Whether a text is a token that {@link requestTokens} made for this, of whichever run. @param what a single word */
export function isTokenFor(what: string, text: string): boolean {
  const [run = '', count = '', ...words] = text.split('-');
  return /^o[a-z0-9]+$/.test(run) && /^[0-9]+$/.test(count) && words.join('-') === what;
}
