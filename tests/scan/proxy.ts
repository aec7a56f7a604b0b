import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { read } from "../support/files.ts";
import { startGatehouse } from "../support/server.ts";
import { requireTool } from "../support/tools.ts";
import type { Outcome } from "./programs.ts";

const NAME = "tools.example.org";

/**
 * The proxy of SECURITY.md as it stands there, with a certificate of our own and other ports: what TLS it speaks, and that
 * nothing of ours is to be had without.
 */
export async function proxySample(home: string, limitMs: number): Promise<Outcome> {
  const folder = mkdtempSync(join(home, "proxy-"));
  const [https, http] = [freePort(), freePort()];
  const server = await startGatehouse({ PUBLIC_URL: `https://${NAME}:${https}`, TRUSTED_PROXIES: "127.0.0.1" });
  await certificate(folder);
  writeFileSync(join(folder, "nginx.conf"), configuration(folder, { https, http, upstream: server.url }));
  const nginx = Bun.spawn([requireTool("nginx"), "-c", join(folder, "nginx.conf")], {
    ...{ stdin: "ignore", stdout: "ignore", stderr: "ignore" },
  });
  try {
    await listening(http);
    const found = [...(await overHttp(http, https)), ...(await overTls(folder, https, limitMs))];
    return { what: "the proxy of SECURITY.md, TLS and plain HTTP", found };
  } finally {
    nginx.kill();
    await nginx.exited;
    await server.stop();
  }
}

function freePort(): number {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port = 0 } = server;
  server.stop(true);
  return port;
}

async function certificate(folder: string): Promise<void> {
  const names = ["-subj", `/CN=${NAME}`, "-addext", `subjectAltName=DNS:${NAME}`];
  const files = ["-keyout", join(folder, "privkey.pem"), "-out", join(folder, "fullchain.pem")];
  const command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...names, ...files];
  await Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: "ignore" }).exited;
}

type Places = { https: number; http: number; upstream: string };

function configuration(folder: string, { https, http, upstream }: Places): string {
  const sample = /```nginx\n([\s\S]*?)```/.exec(read("SECURITY.md"))?.[1] ?? "";
  const here = sample
    .replace("listen 443", `listen 127.0.0.1:${https}`)
    .replace("listen 80", `listen 127.0.0.1:${http}`)
    .replaceAll(`/etc/letsencrypt/live/${NAME}`, folder)
    .replace("http://127.0.0.1:3000", upstream.replace("localhost", "127.0.0.1"));
  const own = `pid ${folder}/nginx.pid; error_log ${folder}/error.log;`;
  return `daemon off; ${own} events {} http { access_log off;\n${here}\n}`;
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { redirect: "manual" }).catch(() => null);
    if (answer !== null) return;
    await Bun.sleep(50);
  }
  throw new Error("nginx does not start with the sample of SECURITY.md");
}

/** Pages are led to https, everything else is refused. */
async function overHttp(http: number, https: number): Promise<string[]> {
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${http}${path}`, { ...init, redirect: "manual", headers: { Host: NAME } });
  const page = await ask("/login");
  const form = await ask("/login", {
    method: "POST",
    body: new URLSearchParams({ username: "ann", password: "secret" }),
  });
  const tls = await fetch(`https://127.0.0.1:${https}/login`, {
    headers: { Host: NAME },
    tls: { rejectUnauthorized: false },
  });
  const checks: [boolean, string][] = [
    [page.status === 301 && page.headers.get("Location") === `https://${NAME}/login`, `GET over HTTP: ${page.status}`],
    [form.status === 403, `POST over HTTP: ${form.status}`],
    [tls.status === 200, `GET over https: ${tls.status}`],
    [tls.headers.get("Strict-Transport-Security")?.startsWith("max-age=31536000") ?? false, "no HSTS"],
    [!/\d/.test(tls.headers.get("Server") ?? ""), `Server: ${tls.headers.get("Server")}`],
  ];
  return checks.filter(([fine]) => !fine).map(([, fault]) => fault);
}

/** testssl.sh: protocols, kinds of ciphers, forward secrecy. */
async function overTls(folder: string, https: number, limitMs: number): Promise<string[]> {
  const report = join(folder, "testssl.json");
  const options = ["--quiet", "--color", "0", "--warnings", "batch", "--ip", "127.0.0.1", "--jsonfile", report];
  const child = Bun.spawn([requireTool("testssl"), ...options, "-p", "-s", "-f", `${NAME}:${https}`], {
    ...{ cwd: folder, stdin: "ignore", stdout: "ignore", stderr: "ignore" },
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
  await child.exited;
  clearTimeout(timer);
  if (!(await Bun.file(report).exists())) return ["testssl wrote no report"];
  const entries = readFileSync(report, "utf8").matchAll(
    /"id"\s*:\s*"([^"]*)"[^}]*?"severity"\s*:\s*"([^"]*)"[^}]*?"finding"\s*:\s*"([^"]*)"/g,
  );
  const results = [...entries].map(([, id, severity, finding]) => ({ id, severity, finding }));
  const offered = (id: string) => results.find((result) => result.id === id)?.finding ?? "not tested";
  const faults = results.filter(({ severity }) => /^(LOW|MEDIUM|HIGH|CRITICAL)$/.test(severity ?? ""));
  return [
    ...["TLS1", "TLS1_1"].filter((id) => offered(id) !== "not offered").map((id) => `${id}: ${offered(id)}`),
    ...["TLS1_2", "TLS1_3"].filter((id) => !offered(id).startsWith("offered")).map((id) => `${id}: ${offered(id)}`),
    ...faults.map(({ id, finding }) => `${id}: ${finding}`),
  ];
}
