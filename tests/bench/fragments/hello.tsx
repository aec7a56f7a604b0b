import { defineFragment } from "#src/fragment.ts";

/** What every contestant answers: a small piece of HTML with the person's name in it, and no work of its own. */
export default defineFragment({
  title: "Hello",
  render: ({ user }) => (
    <dl class="facts">
      <dt>Signed in as</dt>
      <dd>{user.username}</dd>
      <dt>Role</dt>
      <dd>{user.role}</dd>
    </dl>
  ),
});
