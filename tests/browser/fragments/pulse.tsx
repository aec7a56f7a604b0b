import { defineFragment } from "#src/fragment.ts";

/** A panel that asks often, so that a test does not have to wait for long. */
export default defineFragment({ title: "Pulse", refresh: "1s", render: () => <p>Still beating.</p> });
