import { isIPv4, isIPv6 } from "node:net";

/** A range of addresses; both kinds of address are compared as numbers of their own width. */
type Range = { readonly bits: 32 | 128; readonly prefix: number; readonly network: bigint };

export type TrustedProxies = readonly Range[];

/** What stands for a client whose address nobody knows, e.g. over a Unix socket. All of them share one counter. */
const UNKNOWN = "unknown";

/**
 * Reads the list of proxies whose X-Forwarded-For is believed.
 *
 * @param cidrs `10.0.0.0/8`, `2001:db8::/32`, or single addresses.
 * @throws RangeError with a sentence for the operator when an entry is no range, or covers everybody (`/0`): then each
 *         client could invent its address.
 */
export function trustedProxies(cidrs: readonly string[]): TrustedProxies {
  return cidrs.map(parseRange);
}

/**
 * The address a request really came from.
 *
 * Assumes that every trusted proxy appends the address it saw, as nginx's `$proxy_add_x_forwarded_for` does. The list is
 * walked from the right, while the hop is a trusted proxy; what stands further left was written by somebody else, and
 * the leftmost entry may be anything. An entry that is no address ends the walk at the last good hop.
 *
 * @param peer         address of the TCP connection.
 * @param forwardedFor the header; several of them arrive joined by commas.
 * @returns canonical text of at most 45 characters, IPv4 in dotted form also when it came mapped into IPv6.
 */
export function clientAddress(peer: string, forwardedFor: string | null, trusted: TrustedProxies): string {
  // Nearly every request; the system writes the peer's address in canonical form.
  if (forwardedFor === null && isIPv4(peer)) return peer;
  let hop = parseAddress(peer);
  if (hop === null) return UNKNOWN;
  const claims = (forwardedFor ?? "").split(",");
  while (isTrusted(hop, trusted) && claims.length > 0) {
    const next = parseAddress(withoutPort(claims.pop()!.trim()));
    if (next === null) break;
    hop = next;
  }
  return formatAddress(hop);
}

/**
 * A peer that passes requests on, to go by the header, but is not a trusted proxy: then everybody behind it seems to be
 * one and the same address.
 *
 * @returns its address for the list of trusted proxies, or null.
 */
export function undeclaredProxy(peer: string, forwardedFor: string | null, trusted: TrustedProxies): string | null {
  if (forwardedFor === null) return null;
  const hop = parseAddress(peer);
  return hop === null || isTrusted(hop, trusted) ? null : formatAddress(hop);
}

/**
 * The address failures are counted under: an IPv6 customer owns at least a /64 and could change addresses forever.
 *
 * @param ip from `clientAddress`.
 * @returns the same for IPv4; `2001:db8:1:2::/64` for IPv6; at most 45 characters.
 */
export function throttleAddress(ip: string): string {
  const address = parseAddress(ip);
  if (address === null || address.bits === 32) return ip.slice(0, 45);
  return `${formatAddress({ bits: 128, value: (address.value >> 64n) << 64n })}/64`;
}

type Address = { readonly bits: 32 | 128; readonly value: bigint };

function parseRange(cidr: string): Range {
  const [text = "", prefixText, ...rest] = cidr.trim().split("/");
  const address = parseAddress(text);
  if (address === null || rest.length > 0) throw new RangeError(`"${cidr}" is not an address range like 10.0.0.0/8`);
  const widest = text.includes(":") ? 128 : 32;
  const prefix = (prefixText === undefined ? widest : toPrefix(prefixText)) - (widest - address.bits);
  if (!(prefix >= 1 && prefix <= address.bits)) {
    throw new RangeError(`"${cidr}" needs a prefix length from 1 to ${widest}`);
  }
  return { bits: address.bits, prefix, network: address.value >> BigInt(address.bits - prefix) };
}

function toPrefix(text: string): number {
  return /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
}

function isTrusted(address: Address, trusted: TrustedProxies): boolean {
  return trusted.some(
    ({ bits, prefix, network }) => bits === address.bits && address.value >> BigInt(bits - prefix) === network,
  );
}

/** Null for anything but a plain address. An IPv6 zone ("%eth0") is dropped, a mapped IPv4 address unwrapped. */
function parseAddress(text: string): Address | null {
  if (isIPv4(text)) return { bits: 32, value: parseV4(text) };
  const bare = text.split("%")[0]!;
  if (!isIPv6(bare)) return null;
  const value = parseV6(bare);
  return value >> 32n === 0xffffn ? { bits: 32, value: value & 0xffff_ffffn } : { bits: 128, value };
}

function parseV4(text: string): bigint {
  return text.split(".").reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/**
 * @param text passed `isIPv6`. Not left to the URL parser: Bun's refuses `::0:0:0:0:0.0.0.0`, which is an address, and a
 *             header must not be able to raise an error.
 */
function parseV6(text: string): bigint {
  const [left = [], right = []] = text.split("::").map((side) => side.split(":").filter(Boolean).flatMap(toGroups));
  const zeros = Array<bigint>(8 - left.length - right.length).fill(0n);
  return [...left, ...zeros, ...right].reduce((sum, group) => (sum << 16n) | group, 0n);
}

/** One hex group, or the two that a dotted tail stands for. */
function toGroups(part: string): bigint[] {
  if (!part.includes(".")) return [BigInt(`0x${part}`)];
  const value = parseV4(part);
  return [value >> 16n, value & 0xffffn];
}

/** The URL parser writes the one recommended spelling (RFC 5952). */
function formatAddress({ bits, value }: Address): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join(".");
  const groups = value.toString(16).padStart(32, "0").match(/.{4}/g)!.join(":");
  return new URL(`http://[${groups}]/`).hostname.slice(1, -1);
}

/** Some proxies write `203.0.113.7:4711` or `[2001:db8::7]:4711`. */
function withoutPort(text: string): string {
  return text.replace(/^\[([^\]]*)\](:\d{1,5})?$/, "$1").replace(/^([\d.]+):\d{1,5}$/, "$1");
}
