import type { Child } from "hono/jsx";

type TopicProps = { id: string; title: string; text: Child; children?: Child };

/** One topic of the account page: what it is, and what to do. */
export const AccountTopic = ({ id, title, text, children }: TopicProps) => (
  // Without a name of its own: a region called "Password" would answer to the label of the field in it.
  <section class="section topic" id={id}>
    <header>
      <h2>{title}</h2>
      {text ? <p class="muted">{text}</p> : null}
    </header>
    <div>{children}</div>
  </section>
);
