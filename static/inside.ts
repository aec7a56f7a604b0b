/**
 * What runs on pages of people who are signed in: everything strangers have, and more that these are spared. One bundle,
 * because with two scripts htmx may start before the second has registered.
 */
import "./client.ts";
import "./confirm.ts";
import "./dashboard.ts";
import "./glance.ts";
import "./keyboard.ts";
import "./session-end.ts";
import "./toasts.ts";

// On a narrow screen the menu is one line that scrolls.
document.querySelector(".menu [aria-current]")?.scrollIntoView?.({ block: "nearest", inline: "center" });
