/**
 * Matches `*` (any characters, also none) and `?` (any one character); everything else stands for itself
 * (IAM userguide, reference_policies_elements_resource.html, "Using wildcards in resource ARNs").
 */
export function wildcardMatch(pattern: string, text: string): boolean {
  let [inPattern, inText] = [0, 0];
  let [lastStar, resumeAt] = [-1, 0];
  while (inText < text.length) {
    if (pattern[inPattern] === '*') {
      lastStar = inPattern++;
      resumeAt = inText;
    } else if (pattern[inPattern] === '?' || pattern[inPattern] === text[inText]) {
      inPattern++;
      inText++;
    } else if (lastStar >= 0) {
      inPattern = lastStar + 1;
      inText = ++resumeAt;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern++;
  return inPattern === pattern.length;
}
