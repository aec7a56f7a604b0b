/** The audit log: its page, and its entries as sentences. */
export const audit = {
  title: "Audit log",
};
