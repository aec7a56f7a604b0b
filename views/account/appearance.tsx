const CHOICES = [
  ["system", "As my system has it"],
  ["light", "Light"],
  ["dark", "Dark"],
] as const;

export type AppearanceProps = { theme: "system" | "light" | "dark" };

/** Light or dark. A whole new page follows, since the choice is an attribute of the page itself. */
export const Appearance = ({ theme }: AppearanceProps) => (
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
      <legend>Theme</legend>
      {CHOICES.map(([value, label]) => (
        <div class="check">
          <input id={`theme-${value}`} type="radio" name="theme" value={value} checked={value === theme} />
          <label for={`theme-${value}`}>{label}</label>
        </div>
      ))}
    </fieldset>
    <button type="submit">Save</button>
  </form>
);
