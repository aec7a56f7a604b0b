import { LANGUAGES, useWords } from "../words.tsx";

const THEMES = ["system", "light", "dark"] as const;

export type AppearanceProps = {
  theme: "system" | "light" | "dark";
  /** Null: as the browser says. */
  language: string | null;
};

/** Light or dark, and in which language. A whole new page follows, since both are attributes of the page itself. */
export const Appearance = (props: AppearanceProps) => (
  <form
    id="choose-appearance"
    class="stack"
    method="post"
    action="/account/appearance"
    hx-post="/account/appearance"
    hx-swap="outerHTML"
    hx-sync="this:drop"
  >
    <Themes {...props} />
    <Languages {...props} />
    <button type="submit">{useWords().common.save}</button>
  </form>
);

const Themes = ({ theme }: Pick<AppearanceProps, "theme">) => {
  const { appearance } = useWords().account;
  return (
    <fieldset class="choices">
      <legend>{appearance.theme}</legend>
      {THEMES.map((value) => (
        <div class="check">
          <input id={`theme-${value}`} type="radio" name="theme" value={value} checked={value === theme} />
          <label for={`theme-${value}`}>{appearance[value]}</label>
        </div>
      ))}
    </fieldset>
  );
};

/** Each is named in itself: whoever needs it can read that much. */
const Languages = ({ language }: Pick<AppearanceProps, "language">) => {
  const { appearance } = useWords().account;
  const chosen = LANGUAGES.get(language ?? "");
  return (
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
  );
};
