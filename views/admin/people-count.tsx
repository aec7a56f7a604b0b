import { useWords } from "../words.tsx";

type CountProps = { count: string | null; typed?: string };

/** How many the filters leave. */
export const PeopleCount = ({ count, typed = "" }: CountProps) => {
  const { list } = useWords().people;
  return (
    <p id="people-count" class="muted" role="status">
      {count === null ? "" : list.count(count)}
      {typed !== "" ? list.named(typed) : ""}
    </p>
  );
};

/** The same beside what else an answer swaps; nothing where nobody counted. */
export const CountNow = ({ count }: { count: string | null }) =>
  count === null ? null : (
    <hx-partial hx-target="#people-count" hx-swap="outerHTML">
      <PeopleCount count={count} />
    </hx-partial>
  );
