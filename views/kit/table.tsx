import type { Child } from "hono/jsx";
import { useLanguage, useWords } from "../words.tsx";
import { linkTo, type Place } from "./place.ts";

export type Column<Row> = {
  key: keyof Row & string;
  title: string;
  /** Figures stand at the right. */
  number?: boolean | undefined;
  /** Default: every column can be sorted by. */
  sortable?: boolean | undefined;
  /** What the cell shows; default: the value. Sorting is by the value. */
  cell?: ((row: Row) => Child) | undefined;
};

type TableProps<Row> = {
  /** The fragment's context: order and page are kept in its address. */
  context: Place;
  /** Read out, and shown above when `heading` is set. */
  title: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  /** Only where one fragment has several tables: the part of the address that is this one's. */
  name?: string | undefined;
  pageSize?: number | undefined;
};

/** Rows that can be sorted and paged. All rows are at hand here; of a large table, select with LIMIT. */
export const Table = <Row extends object>(props: TableProps<Row>) => {
  const { context, title, rows, columns, name = "t", pageSize = 10 } = props;
  const sorting = sortingOf(context, columns, name);
  const pages = Math.max(1, Math.ceil(rows.length / pageSize));
  const asked = Number.parseInt(context.query.get(`${name}-page`) ?? "1", 10) || 1;
  const page = Math.min(Math.max(1, asked), pages);
  const { collator } = useLanguage();
  const shown = sort(rows, sorting, collator).slice((page - 1) * pageSize, page * pageSize);
  return (
    <div class="kit-table">
      {/* Focusable, or people without a mouse could not scroll it. */}
      <section class="table-scroll" tabindex={0} aria-label={title}>
        <table>
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <Heading context={context} name={name} column={column} sorting={sorting} />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr>
                {columns.map(({ key, number, cell }) => (
                  <td class={number ? "number" : undefined}>{cell ? cell(row) : String(row[key] ?? "")}</td>
                ))}
              </tr>
            ))}
            {rows.length === 0 ? <NoRows columns={columns.length} /> : null}
          </tbody>
        </table>
      </section>
      {pages > 1 ? <Pager context={context} name={name} page={page} pages={pages} total={rows.length} /> : null}
    </div>
  );
};

const NoRows = ({ columns }: { columns: number }) => (
  <tr>
    <td colspan={columns} class="muted">
      {useWords().dashboard.kit.nothing}
    </td>
  </tr>
);

type Sorting = { key: string; down: boolean } | null;

function sortingOf<Row>({ query }: Place, columns: readonly Column<Row>[], name: string): Sorting {
  const asked = query.get(`${name}-sort`) ?? "";
  const down = asked.startsWith("-");
  const column = columns.find(({ key, sortable = true }) => sortable && key === (down ? asked.slice(1) : asked));
  return column ? { key: column.key, down } : null;
}

function sort<Row extends object>(rows: readonly Row[], sorting: Sorting, collator: Intl.Collator): readonly Row[] {
  if (sorting === null) return rows;
  const key = sorting.key as keyof Row;
  const sorted = rows.toSorted((a, b) => compare(a[key], b[key], collator));
  return sorting.down ? sorted.reverse() : sorted;
}

function compare(a: unknown, b: unknown, collator: Intl.Collator): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return collator.compare(String(a ?? ""), String(b ?? ""));
}

type HeadingProps<Row> = { context: Place; name: string; column: Column<Row>; sorting: Sorting };

const Heading = <Row,>({ context, name, column, sorting }: HeadingProps<Row>) => {
  const { key, title, number, sortable = true } = column;
  const current = sorting?.key === key ? sorting : null;
  const next = current && !current.down ? `-${key}` : key;
  const state = current && (current.down ? "descending" : "ascending");
  return (
    <th scope="col" class={number ? "number" : undefined} aria-sort={state ?? undefined}>
      {sortable ? (
        <a id={`${context.id}-${name}-${key}`} {...linkTo(context, { [`${name}-sort`]: next, [`${name}-page`]: null })}>
          {title}
        </a>
      ) : (
        title
      )}
    </th>
  );
};

type PagerProps = { context: Place; name: string; page: number; pages: number; total: number };

const Pager = ({ context, name, page, pages, total }: PagerProps) => {
  const to = (number: number) => linkTo(context, { [`${name}-page`]: number > 1 ? String(number) : null });
  const words = useWords().dashboard.kit;
  const link = (step: "previous" | "next", number: number) =>
    number < 1 || number > pages ? (
      <span class="muted">{words[step]}</span>
    ) : (
      <a id={`${context.id}-${name}-${step}`} {...to(number)}>
        {words[step]}
      </a>
    );
  return (
    <nav class="row pager" aria-label={words.pages}>
      {link("previous", page - 1)}
      <span class="muted">{words.pageOf(page, pages, total)}</span>
      {link("next", page + 1)}
    </nav>
  );
};
