import type { Words } from "../words.tsx";

/** Most particular first: every browser calls itself Mozilla, and most call themselves Chrome and Safari as well. */
const PROGRAMS: readonly [RegExp, string][] = [
  [/\bEdg(e|A|iOS)?\//, "Edge"],
  [/\bOPR\/|\bOpera\b/, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\b(Headless)?Chrome\/|\bChromium\/|\bCriOS\//, "Chrome"],
  [/\bSafari\//, "Safari"],
  [/^curl\//, "curl"],
];

type Devices = Words["account"]["devices"];

/** By their name, or by its place among the words where it has an article. */
const SYSTEMS: readonly [RegExp, ((devices: Devices) => string) | string][] = [
  [/\biPhone\b/, ({ iphone }) => iphone],
  [/\biPad\b/, ({ ipad }) => ipad],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMac OS X\b|\bMacintosh\b/, ({ mac }) => mac],
  [/\bLinux\b/, "Linux"],
];

/** What a browser says it is, in words: "Firefox on Windows". It may lie; the list only helps a person to recognise. */
export function deviceInWords({ account: { devices } }: Words, userAgent: string): string {
  const program = PROGRAMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  if (system === undefined) return program ?? devices.unknown;
  return devices.on(program ?? devices.someBrowser, typeof system === "string" ? system : system(devices));
}
