/**
 * What runs on pages of people who are signed in: everything strangers have, and more that these are spared. One bundle,
 * because with two scripts htmx may start before the second has registered.
 */
import "./client.ts";
import "./confirm.ts";
import "./dashboard.ts";
import "./glance.ts";
import "./keyboard.ts";
import "./selection.ts";
import "./session-end.ts";
import "./toasts.ts";
