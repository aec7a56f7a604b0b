const HOME = "/";
const MAX_LENGTH = 2_000;
/** Only there to have something to resolve against; `.invalid` belongs to nobody (RFC 2606). */
const ORIGIN = "http://gatehouse.invalid";
/** Browsers drop tabs and line ends inside addresses and read a backslash as a slash. */
const UNSAFE = /[\p{Cc}\\]/u;
const SIGNING_IN_OR_OUT = /^\/(login|logout)(\/|$)/;

/**
 * Where to go after signing in: a path on this site, or "/" for everything else (another site in any spelling, a script,
 * something too long, the sign-in pages themselves).
 *
 * @returns an ASCII path with query and fragment, fit for a `Location` header; at most 2,000 characters.
 * Source: ASVS 3.7.2 and 5.1 on open redirects; the URL standard's parser decides, as it does in browsers.
 */
export function safeNext(next: string | null | undefined): string {
  if (!next?.startsWith("/") || next.length > MAX_LENGTH || UNSAFE.test(next)) return HOME;
  const url = URL.parse(next, ORIGIN);
  if (url === null || url.origin !== ORIGIN) return HOME;
  // "/.//evil" has lost its dot by now; resolved once more it would be another site.
  const path = decoded(url.pathname);
  if (path === null || path.startsWith("//") || UNSAFE.test(path) || SIGNING_IN_OR_OUT.test(path)) return HOME;
  const address = url.pathname + url.search + url.hash;
  return address.length > MAX_LENGTH ? HOME : address;
}

/** What a proxy or a careless client would make of the path; null when the percent signs are no encoding. */
function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
