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
