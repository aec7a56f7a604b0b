/** Closed until the script opens it two minutes before the session ends; `data-end` says what of it is meant. The address is in the markup because the house may stand under a path of another app. */
export const SessionEnd = () => (
  <dialog id="session-end" class="notice-dialog" role="alertdialog" aria-labelledby="session-end-title">
    <div class="stack">
      <h2 id="session-end-title">You will be signed out soon</h2>
      <p data-end="idle">You have not done anything here for a while. What you have typed stays if you go on.</p>
      <p data-end="lifetime">
        You have been signed in for as long as it is possible at a time. Save what you are working on, then sign in
        again.
      </p>
      <div class="toolbar">
        <button type="button" class="primary" formaction="/session" data-end="idle" data-stay autofocus>
          Stay signed in
        </button>
        <button type="button" data-end="lifetime" data-close>
          Close
        </button>
      </div>
    </div>
  </dialog>
);
