import type { Assets } from "#src/assets.ts";
import { Layout } from "#views/layout.tsx";
import { LoginForm } from "#views/login.tsx";

/** The page a stranger sees first. */
export function firstPage({ outside, inside, icon }: Pick<Assets, "outside" | "inside" | "icon">): string {
  const page = (
    <Layout title="Sign in" app={{ name: "Gatehouse", outside, inside, icon }} visitor={null} path="/login">
      <LoginForm />
    </Layout>
  );
  return `<!DOCTYPE html>${page}`;
}
