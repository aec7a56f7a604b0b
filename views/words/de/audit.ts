import type { Words } from "../../words.tsx";

export const audit: Words["audit"] = {
  title: "Protokoll",
};
