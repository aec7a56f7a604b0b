import type { Child } from "hono/jsx";
import { useWords } from "../words.tsx";
import { linkTo, type Place } from "./place.ts";

type Tab = { key: string; title: string; content: () => Child | Promise<Child> };

type TabsProps = {
  context: Place;
  tabs: readonly Tab[];
  /** Only where one fragment has several: the part of the address that says which tab is open. */
  name?: string | undefined;
};

/** One of several views at a time; only the open one is made. The first is open unless the address says otherwise. */
export const Tabs = ({ context, tabs, name = "tab" }: TabsProps) => {
  const asked = context.query.get(name);
  const open = tabs.find(({ key }) => key === asked) ?? tabs[0];
  return (
    <div class="stack">
      <nav aria-label={useWords().dashboard.kit.views}>
        <ul class="tabs">
          {tabs.map((tab) => (
            <li>
              <a
                id={`${context.id}-${name}-${tab.key}`}
                aria-current={tab === open ? "true" : undefined}
                {...linkTo(context, { [name]: tab === tabs[0] ? null : tab.key })}
              >
                {tab.title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div>{open?.content()}</div>
    </div>
  );
};
