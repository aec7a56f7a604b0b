/** How an installation looks like its owner's: one colour and one picture. */
import { readFileSync, statSync } from "node:fs";

/** It comes with every first visit. */
export const MAX_LOGO_BYTES = 64 * 1024;

export type Brand = {
  /** `#rrggbb`; null: the house's own. */
  readonly accent: string | null;
  /** Path of the picture; null: the house's own. */
  readonly logo: string | null;
};

/** Text on the darkest of the light backgrounds and on the lightest of the dark ones must be readable: WCAG 1.4.3. */
const LIGHT = "#f2f5f3";
const DARK = "#242b29";
const AA = 4.5;
/** More than needed: the colour is also what dark text stands on. */
const IN_THE_DARK = 7;

/** True for a colour that links and buttons can have on the light pages. On the dark ones a lighter one is made of it. */
export const isReadable = (accent: string): boolean => contrast(accent, LIGHT) >= AA;

/** The rules that put this colour in the place of the house's own, for the end of the style sheet. */
export function accentRules(accent: string | null): string {
  if (accent === null) return "";
  const bright = brightened(accent);
  const rules = [
    `--accent: light-dark(${accent}, ${bright})`,
    `--accent-strong: light-dark(${mixed(accent, 0, 0.15)}, ${mixed(bright, 255, 0.25)})`,
    `--on-accent: light-dark(#fff, ${mixed(accent, 0, 0.8)})`,
  ];
  return `\n@layer tokens { :root { ${rules.join("; ")} } }\n`;
}

/** As much white as it takes, and no more, so that the colour is known again. */
function brightened(colour: string): string {
  for (let white = 0; white < 1; white += 0.05) {
    const lighter = mixed(colour, 255, white);
    if (contrast(lighter, DARK) >= IN_THE_DARK) return lighter;
  }
  return "#ffffff";
}

/** The colour with a share of black (0) or white (255) in it. */
function mixed(colour: string, other: 0 | 255, share: number): string {
  const parts = channels(colour).map((value) => Math.round(value * (1 - share) + other * share));
  return `#${parts.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

const channels = (colour: string): number[] => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));

/** Source: WCAG 2.2, contrast ratio. */
export function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = channels(colour)
    .map((value) => value / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** What kind of picture a file holds, by its content; null for anything that is no small SVG or PNG. */
export function logoKind(path: string): "svg" | "png" | null {
  try {
    if (!statSync(path).isFile() || statSync(path).size > MAX_LOGO_BYTES) return null;
    const bytes = readFileSync(path);
    if (bytes.subarray(0, 8).toString("latin1") === "\x89PNG\r\n\x1a\n") return "png";
    return /^\s*(<\?xml[^>]*>\s*)?(<!--[^-]*-->\s*)*<svg[\s>]/.test(bytes.toString("utf8")) ? "svg" : null;
  } catch {
    return null;
  }
}
