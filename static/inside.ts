/** What runs on pages of people who are signed in alone. It shares nothing with htmx, so strangers are spared it. */
import "./session-end.ts";
