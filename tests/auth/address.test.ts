import { expect, test } from "bun:test";
import fc from "fast-check";
import { clientAddress, throttleAddress, trustedProxies } from "#src/auth/address.ts";

const trusted = trustedProxies(["10.0.0.0/8", "2001:db8:aa::/48", "192.0.2.1"]);
const nobody = trustedProxies([]);

test.each([
  ["no proxy trusted: the header is a claim", "10.0.0.1", "198.51.100.7", nobody, "10.0.0.1"],
  ["a stranger's header is a claim", "203.0.113.9", "198.51.100.7", trusted, "203.0.113.9"],
  ["one proxy", "10.0.0.1", "198.51.100.7", trusted, "198.51.100.7"],
  ["no header", "10.0.0.1", null, trusted, "10.0.0.1"],
  ["what the client wrote stands on the left", "10.0.0.1", "1.1.1.1, 198.51.100.7", trusted, "198.51.100.7"],
  ["a chain of proxies", "10.0.0.1", "1.1.1.1, 198.51.100.7, 2001:db8:aa::5, 10.9.9.9", trusted, "198.51.100.7"],
  ["repeated headers arrive joined", "10.0.0.1", "1.1.1.1,198.51.100.7,10.0.0.2", trusted, "198.51.100.7"],
  ["only proxies", "10.0.0.1", "10.0.0.3, 10.0.0.2", trusted, "10.0.0.3"],
  ["garbage ends the walk", "10.0.0.1", "198.51.100.7, unknown, 10.0.0.2", trusted, "10.0.0.2"],
  ["an empty entry ends the walk", "10.0.0.1", "198.51.100.7,, 10.0.0.2", trusted, "10.0.0.2"],
  ["an empty header", "10.0.0.1", "", trusted, "10.0.0.1"],
  ["ports are dropped", "10.0.0.1", "198.51.100.7:4711", trusted, "198.51.100.7"],
  ["ports of IPv6 too", "10.0.0.1", "[2001:db8::7]:4711", trusted, "2001:db8::7"],
  ["mapped IPv4 peer is the IPv4 proxy", "::ffff:10.0.0.1", "198.51.100.7", trusted, "198.51.100.7"],
  ["mapped IPv4 client is one with the plain one", "10.0.0.1", "::ffff:c633:6407", trusted, "198.51.100.7"],
  ["spellings of IPv6 are one", "2001:0DB8:0:0::1", null, trusted, "2001:db8::1"],
  ["a zone is dropped", "fe80::1%eth0", null, trusted, "fe80::1"],
  ["IPv6 with a dotted tail", "10.0.0.1", "::0:0:0:0:1.2.3.4", trusted, "::102:304"],
  ["nobody knows", "", "198.51.100.7", trusted, "unknown"],
])("%s", (_, peer, header, proxies, address) => {
  expect(clientAddress(peer, header, proxies)).toBe(address);
});

test("whatever a client writes, the address is the one its proxy saw", () => {
  fc.assert(
    fc.property(fc.string(), (claim) => {
      expect(clientAddress("10.0.0.1", `${claim}, 198.51.100.7`, trusted)).toBe("198.51.100.7");
      expect(clientAddress("203.0.113.9", claim, trusted)).toBe("203.0.113.9");
      expect(clientAddress("10.0.0.1", claim, trusted).length).toBeLessThanOrEqual(45);
    }),
  );
});

test("every address has one short spelling", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (ip) => {
      const address = clientAddress(ip, null, nobody);
      expect(address).not.toBe("unknown");
      expect(clientAddress(address, null, nobody)).toBe(address);
      expect(clientAddress(address.toUpperCase(), null, nobody)).toBe(address);
      expect(throttleAddress(address).length).toBeLessThanOrEqual(45);
    }),
  );
});

test("a claim of any shape never raises an error", () => {
  const part = fc.constantFrom(":", "::", "0", "ffff", "1.2.3.4", "%", "[", "]", "/", "x", "12345", ".");
  const claim = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(claim, (text) => {
      expect(throttleAddress(clientAddress(text, text, trusted)).length).toBeLessThanOrEqual(45);
      expect(clientAddress("10.0.0.1", text, trusted).length).toBeLessThanOrEqual(45);
    }),
    { numRuns: 3000 },
  );
});

test("a long header does not cost much", () => {
  const header = Array(20_000).fill("10.0.0.2").join(",");
  const startMs = performance.now();
  expect(clientAddress("10.0.0.1", header, trusted)).toBe("10.0.0.2");
  expect(performance.now() - startMs).toBeLessThan(1_000);
});

test.each([
  ["198.51.100.7", "198.51.100.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2:ffff::", "2001:db8:1:2::/64"],
  ["2001:db8:1:3::1", "2001:db8:1:3::/64"],
  ["::1", "::/64"],
  ["unknown", "unknown"],
])("failures from %s count under %s", (ip, counted) => {
  expect(throttleAddress(ip)).toBe(counted);
});

test.each([
  "",
  "10.0.0",
  "10.0.0.0/33",
  "10.0.0.0/-1",
  "10.0.0.0/",
  "10.0.0.0/8/8",
  "10.0.0.0/8x",
  "*",
  "localhost",
  "2001:db8::/129",
  "::ffff:10.0.0.0/64",
  "256.1.1.1",
])("%p is no range", (entry) => expect(() => trustedProxies(["10.0.0.0/8", entry])).toThrow(`"${entry}"`));

test.each(["0.0.0.0/0", "::/0"])("trusting everybody with %s is refused", (entry) => {
  expect(() => trustedProxies([entry])).toThrow(RangeError);
});

test.each([
  ["10.1.2.3/8", "10.255.255.255", true],
  ["10.1.2.3/8", "11.0.0.0", false],
  ["192.0.2.128/25", "192.0.2.127", false],
  ["::ffff:10.0.0.0/104", "10.3.3.3", true],
  ["2001:db8::/33", "2001:db8:8000::", false],
  ["10.0.0.0/8", "::a00:1", false],
])("%s contains %s: %p", (range, peer, contains) => {
  const seen = clientAddress(peer, "198.51.100.7", trustedProxies([range]));
  expect(seen === "198.51.100.7").toBe(contains);
});
