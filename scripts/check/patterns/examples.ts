/** Patterns whose worst case is known, to see that the check still tells them apart. */
export const examples: readonly { source: string; flags: string; linear: boolean }[] = [
  { source: '^#!\\s*(\\/usr\\/bin\\/env\\s+|\\/(\\S+\\/)*)(ba)?sh\\b', flags: '', linear: false },
  { source: '^(?:[^/]*a[^/]*a[^/]*a)$', flags: '', linear: false },
  { source: '\\s+$', flags: '', linear: false },
  { source: '(a|a){1,50}b', flags: '', linear: false },
  { source: '^(?=(a+)+$)b', flags: '', linear: false },
  { source: '(?<=^ *)-', flags: 'm', linear: false },
  { source: 'a(?=.*b)', flags: 'g', linear: false },
  { source: '^(a+)\\1$', flags: '', linear: false },
  { source: '^[0-9a-f]{40}$', flags: '', linear: true },
  { source: '^(?!aws:)[A-Za-z0-9:/]+$', flags: 'u', linear: true },
  { source: '^(["\']).*\\1$', flags: '', linear: true },
  { source: '<\\/?[a-z][^<>]{0,500}>', flags: 'gi', linear: true },
];
