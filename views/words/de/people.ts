import type { Words } from "../../words.tsx";

export const people: Words["people"] = {
  title: "Personen",
};
