/** Runs in the page from its start: notes in `shifts` every layout shift, how much and what moved. */
export function watchShifts(): void {
  type Shift = PerformanceEntry & {
    value: number;
    sources: { node: Node | null; previousRect: DOMRect; currentRect: DOMRect }[];
  };
  const shifts: string[] = [];
  Object.assign(globalThis, { shifts });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as Shift[])
      shifts.push(
        `${entry.value}: ${entry.sources
          .map(({ node, previousRect: was, currentRect: is }) => {
            const way = `${was.left},${was.top} to ${is.left},${is.top}`;
            return `${way} ${(node as Element | null)?.outerHTML?.slice(0, 80)}`;
          })
          .join()}`,
      );
  }).observe({ type: "layout-shift", buffered: true });
}

/**
 * Runs in the page: what would stand elsewhere while the rest of the page is still on its way. Takes away one element after
 * the other, from the last, and says which of those before it stand elsewhere without it.
 */
export function movedByWhatFollows(): string[] {
  const named = ({ tagName, id, textContent }: Element) =>
    `${tagName.toLowerCase()}#${id} ${JSON.stringify(textContent?.trim().slice(0, 20))}`;
  /** Null: not to be seen. */
  const placeOf = (element: Element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return width * height === 0 ? null : [left, top + scrollY];
  };
  /** Letters beside a larger neighbour: a pixel or two. */
  const SLACK_PX = 3;
  const found: string[] = [];
  // What a select can be set to has no place of its own; parts of a drawing come with it.
  const before = [...document.querySelectorAll("main *:not(option, optgroup, svg *)")];
  const places = before.map(placeOf);
  for (let last = before.pop(); last !== undefined; last = before.pop()) {
    const what = named(last);
    last.remove();
    for (const [index, element] of before.entries()) {
      const [was, now] = [placeOf(element), places[index]];
      places[index] = was;
      if (was?.some((at, axis) => Math.abs(at - (now?.[axis] ?? at)) > SLACK_PX))
        found.push(`${named(element)} from ${was} to ${now} when ${what} came`);
    }
  }
  return found;
}
