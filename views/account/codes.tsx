import { Notice } from "../field.tsx";
import { useWords } from "../words.tsx";

/** From here on the person is asked to make new ones. */
const FEW = 3;

export const CodesSection = ({ left }: { left: number }) => {
  const { codes } = useWords().account;
  return (
    <div class="stack">
      {left <= FEW ? <Notice tone="warn">{codes.few(left)}</Notice> : null}
      <form
        id="new-codes"
        class="choice"
        method="post"
        action="/account/codes"
        hx-post="/account/codes"
        hx-swap="outerHTML"
        hx-sync="this:drop"
      >
        <p>
          {left <= FEW ? null : (
            <>
              {codes.left(left)}
              <br />
            </>
          )}
          <span class="hint">{codes.hint}</span>
        </p>
        <button type="submit">{codes.make}</button>
      </form>
    </div>
  );
};
