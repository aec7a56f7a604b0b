import type { Child } from "hono/jsx";
import { useWords, type Words } from "./words.tsx";

/** Filled and driven by the script, closed without it. Source of the pattern: ARIA APG, combobox with a listbox. */
export const Palette = () => {
  const { palette } = useWords().dashboard;
  return (
    <dialog id="palette" aria-label={palette.title}>
      <label class="visually-hidden" for="palette-q">
        {palette.label}
      </label>
      <input
        id="palette-q"
        name="q"
        placeholder={palette.placeholder}
        maxlength={64}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        role="combobox"
        aria-expanded="true"
        aria-autocomplete="list"
        aria-controls="palette-list"
        hx-get="/palette"
        hx-trigger="input delay:120ms, palette-open"
        hx-target="#palette-list"
        hx-swap="outerHTML"
        hx-sync="this:replace"
      />
      <div id="palette-list" />
    </dialog>
  );
};

export type PaletteEntry = { title: string; href: string; kind: string };

/** What was found: links, of which the arrows choose one. `q` tells the script what was asked. */
export const PaletteEntries = ({ q, entries }: { q: string; entries: readonly PaletteEntry[] }) => {
  const { nothing, found } = useWords().dashboard.palette;
  return entries.length === 0 ? (
    <div id="palette-list" data-q={q}>
      <p class="muted" role="status">
        {nothing}
      </p>
    </div>
  ) : (
    <div id="palette-list" role="listbox" aria-label={found} data-q={q}>
      {entries.map(({ title, href, kind }, place) => (
        <a
          id={`palette-${place}`}
          role="option"
          aria-selected={place === 0 ? "true" : "false"}
          tabindex={-1}
          href={href}
        >
          <span>{title}</span>
          <span class="muted">{kind}</span>
        </a>
      ))}
    </div>
  );
};

const jumps = ({ title, arrange, menu }: Words["dashboard"]) => [
  { key: "d", title, href: "/", admin: false },
  { key: "a", title: menu.account, href: "/account", admin: false },
  { key: "c", title: arrange.title, href: "/customise", admin: false },
  { key: "p", title: menu.people, href: "/admin/users", admin: true },
  { key: "l", title: menu.auditLog, href: "/admin/audit", admin: true },
];

/** All keys there are; the script reads from here which ones lead where, and whether they are on. */
export const Shortcuts = ({ admin, on }: { admin: boolean; on: boolean }) => {
  const { common, dashboard } = useWords();
  const { keys } = dashboard;
  return (
    <dialog id="shortcuts" aria-labelledby="shortcuts-title" data-on={on ? "true" : undefined}>
      <div class="stack">
        <h2 id="shortcuts-title">{keys.title}</h2>
        <dl class="facts">
          <dt>
            <kbd>Ctrl</kbd> <kbd>K</kbd>
          </dt>
          <dd>{keys.search}</dd>
          <dt>
            <kbd>?</kbd>
          </dt>
          <dd>{keys.list}</dd>
          {jumps(dashboard)
            .filter((jump) => admin || !jump.admin)
            .map(({ key, title, href }) => (
              <>
                <dt>
                  <kbd>g</kbd> <kbd>{key}</kbd>
                </dt>
                <dd>
                  <a href={href} data-jump={key}>
                    {title}
                  </a>
                </dd>
              </>
            ))}
        </dl>
        <ShortcutsSwitch id="shortcuts-here" on={on}>
          <button type="button" data-close>
            {common.close}
          </button>
        </ShortcutsSwitch>
      </div>
    </dialog>
  );
};

/** Source: WCAG 2.1.4. Keys with Ctrl or Command stay. */
export const ShortcutsSwitch = ({ id, on, children }: { id: string; on: boolean; children?: Child }) => {
  const { state, switchTo } = useWords().dashboard.keys;
  return (
    <form
      id={id}
      class="choice"
      method="post"
      action="/account/shortcuts"
      hx-post="/account/shortcuts"
      hx-swap="outerHTML"
      hx-sync="this:drop"
    >
      <p>{state(on)}</p>
      <div class="toolbar">
        <input type="hidden" name="shortcuts" value={on ? "off" : "on"} />
        <button type="submit">{switchTo(!on)}</button>
        {children}
      </div>
    </form>
  );
};
