/** All a child process gets of the developer's environment; their DB_HOST, APP_SECRET or NODE_ENV never reach a test. */
const KEPT = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TERM", "TMPDIR", "CI", "NO_COLOR", "LD_LIBRARY_PATH"];

/** The environment for a child process. Start Bun with `--no-env-file` as well: a `.env` would bring the rest back. */
export function cleanEnv(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = KEPT.flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]]]));
  return { ...Object.fromEntries(kept), ...extra };
}
