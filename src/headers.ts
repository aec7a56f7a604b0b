import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";

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

const PERMISSIONS: Record<string, string[]> = {
  ...Object.fromEntries(SWITCHED_OFF.map((feature) => [feature, []])),
  // The copy buttons.
  "clipboard-write": ["self"],
};

/** Headers of every answer, errors included. The policy lets the browser run our one script and nothing else. */
export const securityHeaders = (https: boolean): MiddlewareHandler =>
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", "data:"],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
      requireTrustedTypesFor: ["'script'"],
      trustedTypes: ["htmx"],
    },
    // "no-referrer" would make plain forms send `Origin: null`, and the origin check refuse them.
    referrerPolicy: "same-origin",
    strictTransportSecurity: https ? "max-age=31536000; includeSubDomains" : false,
    xFrameOptions: "DENY",
    crossOriginOpenerPolicy: "same-origin",
    crossOriginResourcePolicy: "same-origin",
    permissionsPolicy: PERMISSIONS,
  });
