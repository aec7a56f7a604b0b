/** Length as a person counts it and NIST SP 800-63B-4 demands it: in code points, so an emoji outside the BMP is one. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
