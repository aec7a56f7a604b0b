/** What a person sees and changes about their own account, and the news after a sign-in. */
export const account = {
  title: "Account",
  password: { title: "Change password" },
};
