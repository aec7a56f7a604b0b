import { useWords } from "./words.tsx";

export type PlaceProps = { name: string; title: string; hidden: boolean };

type CustomiseProps = { places: readonly PlaceProps[]; saved?: boolean | undefined };

/** Every button saves at once; what can be dragged can be moved by its buttons too. */
export const Customise = ({ places, saved = false }: CustomiseProps) => {
  const {
    common,
    dashboard: { arrange },
  } = useWords();
  return (
    <form
      id="customise"
      class="stack arrange"
      method="post"
      action="/customise"
      hx-post="/customise"
      hx-swap="outerHTML"
      hx-sync="this:drop"
    >
      <header class="page-head">
        <h1>{arrange.title}</h1>
        <div class="toolbar">
          <button type="submit" class="quiet" name="act" value="reset">
            {arrange.reset}
          </button>
          <a class="button" href="/">
            {arrange.done}
          </a>
        </div>
      </header>
      <p class="muted">
        {arrange.text((orMouse) => (
          <span class="needs-script">{orMouse}</span>
        ))}
      </p>
      <input type="hidden" name="order" value={places.map(({ name }) => name).join(",")} />
      <input
        type="hidden"
        name="hidden"
        value={places
          .filter(({ hidden }) => hidden)
          .map(({ name }) => name)
          .join(",")}
      />
      <ol class="places" data-sortable="order">
        {places.map((place, i) => (
          <PlaceRow {...place} first={i === 0} last={i === places.length - 1} />
        ))}
      </ol>
      <p class="visually-hidden" role="status">
        {saved ? common.saved : ""}
      </p>
    </form>
  );
};

const PlaceRow = ({ name, title, hidden, first, last }: PlaceProps & { first: boolean; last: boolean }) => {
  const { arrange } = useWords().dashboard;
  return (
    <li id={`place-${name}`} class="place" draggable="true" data-name={name} data-hidden={hidden ? "" : undefined}>
      <span class="place-handle needs-script" aria-hidden="true">
        ⠿
      </span>
      <span class="place-title">{title}</span>
      {hidden ? <span class="badge">{arrange.hidden}</span> : null}
      <Act name={name} act="up" label={arrange.up(title)} text="↑" off={first} />
      <Act name={name} act="down" label={arrange.down(title)} text="↓" off={last} />
      {hidden ? (
        <Act name={name} act="show" label={arrange.showNamed(title)} text={arrange.show} />
      ) : (
        <Act name={name} act="hide" label={arrange.hideNamed(title)} text={arrange.hide} />
      )}
    </li>
  );
};

type ActProps = {
  name: string;
  act: "up" | "down" | "show" | "hide";
  label: string;
  text: string;
  /** It would change nothing. The focus can still be on it: a row that has arrived at the end keeps it. */
  off?: boolean;
};

/** The id keeps the focus where it is: hiding and showing are one button, moved rows keep theirs. */
const Act = ({ name, act, label, text, off = false }: ActProps) => (
  <button
    id={`${act === "show" || act === "hide" ? "toggle" : act}-${name}`}
    type="submit"
    class="quiet"
    name="act"
    value={`${act} ${name}`}
    aria-label={label}
    aria-disabled={off ? "true" : undefined}
  >
    {text}
  </button>
);
