import { Notice } from "../field.tsx";

/** From here on the person is asked to make new ones. */
const FEW = 3;

export const CodesSection = ({ left }: { left: number }) => (
  <div class="stack">
    {left <= FEW ? (
      <Notice tone="warn">
        {left === 0 ? "No recovery code is left." : `Only ${left === 1 ? "one is" : `${left} are`} left.`} Make new ones
        now, while your phone is at hand.
      </Notice>
    ) : (
      <p>{left} of 10 left.</p>
    )}
    <form
      id="new-codes"
      method="post"
      action="/account/codes"
      hx-post="/account/codes"
      hx-swap="outerHTML"
      hx-sync="this:drop"
    >
      <button type="submit">Make new codes</button>
    </form>
    <p class="hint">The old ones stop working, and your other sessions end.</p>
  </div>
);
