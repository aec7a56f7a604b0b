import type { Words } from "../../words.tsx";

export const dashboard: Words["dashboard"] = {
  title: "Übersicht",
};
