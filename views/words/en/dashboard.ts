/** Dashboard, fragments and the parts they are made of, the menu around them, palette and keys. */
export const dashboard = {
  title: "Dashboard",
};
