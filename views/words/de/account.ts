import type { Words } from "../../words.tsx";

export const account: Words["account"] = {
  title: "Konto",
  password: { title: "Passwort ändern" },
};
