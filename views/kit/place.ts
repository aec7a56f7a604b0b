/** Where a part stands: the context a fragment is given. Parts that lead on keep their state in the address. */
export type Place = {
  /** Address of the fragment. */
  readonly href: string;
  /** `id` of the element that holds its content. */
  readonly id: string;
  readonly query: URLSearchParams;
};

/** A link that changes some of the address's query and swaps the fragment alone; without scripts its page opens. */
export function linkTo({ href, id, query }: Place, changes: Readonly<Record<string, string | null>>) {
  const changed = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) changed.delete(name);
    else changed.set(name, value);
  }
  const address = changed.size > 0 ? `${href}?${changed}` : href;
  // A refresh that is under way would arrive later and show the state before the click.
  const sync = `#${id}:replace`;
  return { href: address, "hx-get": address, "hx-target": `#${id}`, "hx-swap": "outerMorph", "hx-sync": sync };
}
