import { LANGUAGES, useWords } from "../words.tsx";

const THEMES = ["system", "light", "dark"] as const;

export type AppearanceProps = {
  theme: "system" | "light" | "dark";
  /** Null: as the browser says. */
  language: string | null;
};

/** Light or dark. A whole new page follows, since the choice is an attribute of the page itself. */
export const Appearance = ({ theme, language }: AppearanceProps) => (
  <div class="stack">
    <Theme theme={theme} />
    <Languages language={language} />
  </div>
);

const Theme = ({ theme }: Pick<AppearanceProps, "theme">) => {
  const { appearance } = useWords().account;
  return (
    <form
      id="theme"
      class="stack"
      method="post"
      action="/account/theme"
      hx-post="/account/theme"
      hx-swap="outerHTML"
      hx-sync="this:drop"
    >
      <fieldset class="choices">
        <legend>{appearance.theme}</legend>
        {THEMES.map((value) => (
          <div class="check">
            <input id={`theme-${value}`} type="radio" name="theme" value={value} checked={value === theme} />
            <label for={`theme-${value}`}>{appearance[value]}</label>
          </div>
        ))}
      </fieldset>
      <button type="submit">{useWords().common.save}</button>
    </form>
  );
};

/** Each is named in itself: whoever needs it can read that much. */
const Languages = ({ language }: Pick<AppearanceProps, "language">) => {
  const {
    account: { appearance },
    common,
  } = useWords();
  const chosen = LANGUAGES.get(language ?? "");
  return (
    <form
      id="language"
      class="stack"
      method="post"
      action="/account/language"
      hx-post="/account/language"
      hx-swap="outerHTML"
      hx-sync="this:drop"
    >
      <fieldset class="choices">
        <legend>{appearance.language}</legend>
        <div class="check">
          <input id="language-browser" type="radio" name="language" value="" checked={chosen === undefined} />
          <label for="language-browser">{appearance.asBrowser}</label>
        </div>
        {[...LANGUAGES.values()].map((one) => (
          <div class="check">
            <input id={`language-${one.code}`} type="radio" name="language" value={one.code} checked={one === chosen} />
            <label for={`language-${one.code}`} lang={one.code} dir={one.dir}>
              {one.name}
            </label>
          </div>
        ))}
      </fieldset>
      <button type="submit">{common.save}</button>
    </form>
  );
};
