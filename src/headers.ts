import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { isPartial } from "./web.tsx";

/**
 * What the browser keeps from our pages, and from whatever might run in them: all that Chromium lets a page ask for, apart
 * from what every page does. A browser test fails when Chromium learns to do more. A panel that needs one of these takes
 * it off the list here, for every page.
 */
const SWITCHED_OFF = [
  ...["accelerometer", "autoplay", "browsing-topics", "camera", "captured-surface-control", "clipboard-read"],
  ...["compute-pressure", "cross-origin-isolated", "deferred-fetch", "deferred-fetch-minimal"],
  ...["digital-credentials-create", "digital-credentials-get", "display-capture", "encrypted-media", "fullscreen"],
  ...["gamepad", "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection", "interest-cohort"],
  ...["keyboard-map", "language-detector", "language-model", "local-fonts", "local-network", "local-network-access"],
  ...["loopback-network", "magnetometer", "media-playback-while-not-visible", "microphone", "midi"],
  ...["on-device-speech-recognition", "otp-credentials", "payment", "picture-in-picture"],
  ...["private-state-token-issuance", "private-state-token-redemption", "publickey-credentials-create"],
  ...["publickey-credentials-get", "screen-wake-lock", "serial", "speaker-selection", "storage-access", "summarizer"],
  ...["sync-xhr", "translator", "usb", "window-management", "xr-spatial-tracking"],
];

/** What an answer may use. The one script is ours; nothing else runs, loads, frames or is framed. */
const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types htmx",
].join("; ");

/** The copy buttons are the exception. */
const PERMISSIONS = [...SWITCHED_OFF.map((feature) => `${feature}=()`), "clipboard-write=(self)"].join(", ");

/**
 * Headers of every answer, errors included. Written once at start: hono/secure-headers would put them together each time.
 *
 * Permissions belong to a document, so the longest header of all goes with whole pages alone.
 */
export const securityHeaders = (https: boolean): MiddlewareHandler => {
  const headers = Object.entries({
    "Content-Security-Policy": CONTENT_POLICY,
    // "no-referrer" would make plain forms send `Origin: null`, and the origin check refuse them.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Origin-Agent-Cluster": "?1",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    ...(https && { "Strict-Transport-Security": "max-age=31536000; includeSubDomains" }),
  });
  return createMiddleware(async (c, next) => {
    await next();
    const answer = c.res.headers;
    for (const [name, value] of headers) answer.set(name, value);
    if (!isPartial(c) && answer.get("Content-Type")?.startsWith("text/html"))
      answer.set("Permissions-Policy", PERMISSIONS);
  });
};
