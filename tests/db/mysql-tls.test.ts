import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseTarget } from "#src/config.ts";
import { openDatabase, StartError } from "#src/db/open.ts";
import { dialect, quiet } from "#tests/support/database.ts";
import { type OwnServer, startServer } from "#tests/support/mariadb.ts";

if (dialect === "mysql") {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-tls-"));
  const file = (name: string) => join(folder, name);
  let server: OwnServer;

  beforeAll(async () => {
    await authority("ca");
    await authority("stranger");
    await certificate("server", "ca", "DNS:localhost");
    const args = [`--ssl-ca=${file("ca.pem")}`, `--ssl-cert=${file("server.pem")}`, `--ssl-key=${file("server.key")}`];
    server = await startServer({ args });
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function openssl(...args: string[]) {
    const child = Bun.spawn(["openssl", ...args], { stdout: "ignore", stderr: "pipe" });
    if ((await child.exited) !== 0) throw new Error(await new Response(child.stderr).text());
  }
  const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const authority = (name: string) =>
    openssl(
      "req",
      "-x509",
      ...KEY,
      "-keyout",
      file(`${name}.key`),
      "-out",
      file(`${name}.pem`),
      "-subj",
      `/CN=${name}`,
      "-days",
      "2",
    );

  async function certificate(name: string, by: string, altNames: string) {
    writeFileSync(file("ext"), `subjectAltName=${altNames}\n`);
    await openssl("req", ...KEY, "-keyout", file(`${name}.key`), "-out", file("csr"), "-subj", "/CN=database");
    const signer = ["-CA", file(`${by}.pem`), "-CAkey", file(`${by}.key`), "-CAcreateserial"];
    await openssl(
      "x509",
      "-req",
      "-in",
      file("csr"),
      ...signer,
      "-out",
      file(`${name}.pem`),
      "-days",
      "2",
      "-extfile",
      file("ext"),
    );
  }

  const open = (host: string, ssl: string) => {
    const { port, user, password } = server;
    const target: DatabaseTarget = { kind: "mysql", host, port, user, password, database: "test", ssl, pool: 1 };
    return openDatabase(target, { log: quiet, sleep: () => Promise.reject(new Error("must not wait")) });
  };

  describe("TLS to the database", () => {
    beforeAll(async () => {
      const { createConnection } = await import("mysql2/promise");
      const admin = await createConnection({ host: server.host, port: server.port, user: server.user });
      await admin.query("CREATE DATABASE IF NOT EXISTS test");
      await admin.end();
    });

    test("a certificate of our authority with the host's name is accepted, and the line is encrypted", async () => {
      const db = await open("localhost", file("ca.pem"));
      const status = await db.one<{ Value: string }>("SHOW STATUS LIKE 'Ssl_cipher'");
      expect(status!.Value).not.toBe("");
      await db.close();
    });

    test.each([
      ["of an authority the system does not know", "localhost", "on"],
      ["of another authority than ours", "localhost", "stranger.pem"],
      ["with another host's name", "127.0.0.1", "ca.pem"],
    ])("a certificate %s is refused", async (_name, host, ssl) => {
      const error = await open(host, ssl === "on" ? ssl : file(ssl)).catch((reason) => reason);
      expect(error).toBeInstanceOf(StartError);
      expect(error.message).toContain("TLS was refused");
    });
  });
}
