/** Filled and driven by the script, closed without it. Source of the pattern: ARIA APG, combobox with a listbox. */
export const Palette = () => (
  <dialog id="palette" aria-label="Go to">
    <label class="visually-hidden" for="palette-q">
      Go to a page, a panel or a person
    </label>
    <input
      id="palette-q"
      type="search"
      name="q"
      placeholder="Go to…"
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

export type PaletteEntry = { title: string; href: string; kind: string };

/** What was found: links, of which the arrows choose one. `q` tells the script what was asked. */
export const PaletteEntries = ({ q, entries }: { q: string; entries: readonly PaletteEntry[] }) =>
  entries.length === 0 ? (
    <div id="palette-list" data-q={q}>
      <p class="muted" role="status">
        Nothing of that name.
      </p>
    </div>
  ) : (
    <div id="palette-list" role="listbox" aria-label="Found" data-q={q}>
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

const JUMPS = [
  { key: "d", title: "Dashboard", href: "/", admin: false },
  { key: "a", title: "Account", href: "/account", admin: false },
  { key: "c", title: "Customise the dashboard", href: "/customise", admin: false },
  { key: "p", title: "People", href: "/admin/users", admin: true },
  { key: "l", title: "Audit log", href: "/admin/audit", admin: true },
];

/** All keys there are; the script reads from here which ones lead where, and whether they are on. */
export const Shortcuts = ({ admin, on }: { admin: boolean; on: boolean }) => (
  <dialog id="shortcuts" aria-labelledby="shortcuts-title" data-on={on ? "true" : undefined}>
    <div class="stack">
      <h2 id="shortcuts-title">Keys</h2>
      <dl class="facts">
        <dt>
          <kbd>Ctrl</kbd> <kbd>K</kbd>
        </dt>
        <dd>Search for a page (Command K on a Mac)</dd>
        <dt>
          <kbd>?</kbd>
        </dt>
        <dd>This list</dd>
        {JUMPS.filter((jump) => admin || !jump.admin).map(({ key, title, href }) => (
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
      <ShortcutsSwitch id="shortcuts-here" on={on} />
      <button type="button" data-close>
        Close
      </button>
    </div>
  </dialog>
);

/** Source: WCAG 2.1.4. Keys with Ctrl or Command stay. */
export const ShortcutsSwitch = ({ id, on }: { id: string; on: boolean }) => (
  <form
    id={id}
    class="stack"
    method="post"
    action="/account/shortcuts"
    hx-post="/account/shortcuts"
    hx-swap="outerHTML"
    hx-sync="this:drop"
  >
    <p>Single keys are {on ? "on" : "off"}. They do nothing while you type in a field.</p>
    <input type="hidden" name="shortcuts" value={on ? "off" : "on"} />
    <button type="submit">Switch single keys {on ? "off" : "on"}</button>
  </form>
);
