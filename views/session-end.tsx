import { useWords } from "./words.tsx";

/** It warns two minutes before the end at the earliest. */
const MINUTES = [0, 1, 2];

/** Closed until the script opens it two minutes before the session ends; `data-end` says what of it is meant. The address is in the markup because the house may stand under a path of another app. */
export const SessionEnd = () => {
  const {
    common,
    dashboard: { sessionEnd },
  } = useWords();
  return (
    <dialog id="session-end" class="notice-dialog" role="alertdialog" aria-labelledby="session-end-title">
      <div class="stack">
        <h2 id="session-end-title" data-in={JSON.stringify(MINUTES.map(sessionEnd.in))}>
          {sessionEnd.soon}
        </h2>
        <p data-end="idle">{sessionEnd.idle}</p>
        <p data-end="lifetime">{sessionEnd.lifetime}</p>
        <div class="toolbar">
          <button type="button" class="primary" formaction="/session" data-end="idle" data-stay autofocus>
            {sessionEnd.stay}
          </button>
          <button type="button" data-end="lifetime" data-close>
            {common.close}
          </button>
        </div>
      </div>
    </dialog>
  );
};
