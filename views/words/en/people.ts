/** What admins see of people and do to them; the sentences about acts are the command line's too. */
export const people = {
  title: "People",
};
