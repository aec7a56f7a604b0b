/** Where a known attack is tried: file below `tests/`, name of the test. */
export type Proof = readonly [file: string, test: string];

/**
 * Every known attack on software made of these parts, and what proves that it fails here. `rows.test.ts` fails when a
 * test that is named here is gone.
 */
export const ROWS: Readonly<Record<number, { attack: string; proofs: readonly Proof[]; doesNotApply?: string }>> = {
  // A. Types, driver, database
  1: {
    attack: "a number or boolean for a name: MySQL matches everybody",
    proofs: [
      [
        "attacks/a-types.test.ts",
        "is said by a text alone: for MySQL the number 0 would be everybody whose name is no number",
      ],
      ["attacks/a-types.test.ts", "is never a number, a list or an object in a form, nor JSON"],
    ],
  },
  2: {
    attack: "objects and arrays that the driver turns into SQL",
    proofs: [
      ["db/contract.test.ts", "a foreign value late in a batch refuses all of it"],
      ["routes/input.test.ts", "fields of another type"],
      ["attacks/source.test.ts", "is spoken by prepared statements only, with a text that nothing was put into"],
    ],
  },
  3: {
    attack: "a role by its index or in another spelling",
    proofs: [
      ["attacks/a-types.test.ts", "is spelled exactly, or nobody is registered or changed"],
      ["attacks/a-types.test.ts", "comes from no other form"],
      ["attacks/a-types.test.ts", "is refused by the database too, whatever reaches it"],
    ],
  },
  4: {
    attack: "a lax sql_mode that cuts and empties values",
    proofs: [
      ["db/mysql-server.test.ts", "hold on every connection, whatever the server's are"],
      ["db/mysql-server.test.ts", "over-long text is refused"],
    ],
  },
  5: {
    attack: "names a collation takes for the same",
    proofs: [
      ["attacks/a-types.test.ts", "twins of a name are the same name or no name, never a second account"],
      ["attacks/a-types.test.ts", "five failures under as many spellings are five failures of one person"],
      ["db/contract.test.ts", "is by bytes: case, accents and composed forms differ"],
    ],
  },
  6: {
    attack: "spaces at the end of a name",
    proofs: [
      ["attacks/a-types.test.ts", "twins of a name are the same name or no name, never a second account"],
      [
        "db/contract.test.ts",
        "the one known difference: MySQL ignores spaces at the end, so names are trimmed before they get here",
      ],
    ],
  },
  7: {
    attack: "SQLite's own ways with types, lengths and lists",
    proofs: [
      ["db/contract.test.ts", "too few are refused, and so is a second statement"],
      ["db/contract.test.ts", "a number a JavaScript number cannot hold is refused, not rounded"],
      ["db/schema.test.ts", "both dialects have the same tables and columns"],
    ],
  },
  8: {
    attack: "emoji, ß, ligatures and accents that are equal to some",
    proofs: [
      ["auth/username.test.ts", "different people stay different: no collation folds accents or ß"],
      ["auth/username.test.ts", "new names are short and plain"],
    ],
  },
  9: {
    attack: "broken UTF-8 that becomes the same character",
    proofs: [
      ["routes/input.test.ts", "broken UTF-8, which would make different inputs the same"],
      ["attacks/a-types.test.ts", "what was not valid UTF-8 is refused everywhere, in names and values of fields"],
    ],
  },
  10: {
    attack: "SQL texts made per request that fill the server's memory",
    proofs: [["attacks/a-types.test.ts", "no request makes a new SQL text: what differs is bound"]],
  },
  11: {
    attack: "a false or weak line to the database",
    proofs: [
      [
        "attacks/source.test.ts",
        "takes one statement at a time, no files of ours, and a certificate that bears the host's name",
      ],
      ["sbom.test.ts", "has %s at %s or newer"],
      [
        "db/mysql-tls.test.ts",
        "a certificate of our authority with the host's name is accepted, and the line is encrypted",
      ],
    ],
  },
  // B. Passwords
  12: {
    attack: "bytes beyond 72 are ignored",
    proofs: [
      ["attacks/b-passwords.test.ts", "counts to its last byte"],
      ["routes/input.test.ts", "a password of 64 characters of four bytes works, and its last character counts"],
    ],
  },
  13: {
    attack: "two programs that hash differently",
    proofs: [
      ["attacks/source.test.ts", "one program hashes passwords, in one place"],
      [
        "auth/password.test.ts",
        "hashes of another program verify in all three spellings, up to byte 72 in the middle of a letter",
      ],
    ],
  },
  14: {
    attack: "NUL in a password",
    proofs: [
      ["attacks/b-passwords.test.ts", "characters nobody sees count: NUL, what comes after it, spaces and case"],
      ["auth/password.test.ts", "bcrypt sees 44 characters of base64, whatever the password holds"],
    ],
  },
  15: {
    attack: "a storm of sign-ins that freezes everything",
    proofs: [
      ["attacks/b-passwords.test.ts", "fifty sign-ins at once leave room for everybody else"],
      ["auth/hash-pool.test.ts", "the main thread goes on while passwords are hashed"],
      ["routes/errors.test.ts", "too many passwords at once are 503 with Retry-After, and the attempt does not count"],
    ],
  },
  16: {
    attack: "a password of megabytes",
    proofs: [
      ["attacks/b-passwords.test.ts", "of five megabytes costs nothing"],
      ["auth/fields.test.ts", "%s refuses five megabytes at once, with one kind sentence"],
    ],
  },
  17: {
    attack: "names told apart by time",
    proofs: [
      ["attacks/b-passwords.test.ts", "costs the same, whoever was named"],
      ["auth/password.test.ts", "every wrong answer costs the work of exactly one compare of the current cost"],
      ["auth/password.test.ts", "an unknown person takes as long as a wrong password"],
    ],
  },
  18: {
    attack: "leaked plain digests tried against the table",
    proofs: [["auth/password.test.ts", "the server's key is needed: a plain digest of the password opens nothing"]],
  },
  19: {
    attack: "an easy password set where nobody checks",
    proofs: [
      [
        "attacks/b-passwords.test.ts",
        "is refused when it is easy to guess, too short, too long or not typed by anybody",
      ],
      [
        "auth/password-policy.test.ts",
        "none of the 3,000 most common passwords passes, in capitals and with spaces neither",
      ],
    ],
  },
  // C. Codes
  20: { attack: "a verdict that is always truthy", proofs: [["auth/totp.test.ts", "a wrong code fails"]] },
  21: {
    attack: "a malformed code that throws, or is not counted",
    proofs: [
      ["auth/totp.test.ts", "no code and no secret makes it throw"],
      ["routes/input.test.ts", "counts whatever is no code as a wrong one"],
      ["routes/input.test.ts", "counts a code sent twice, as a file, or not at all"],
    ],
  },
  22: {
    attack: "the same code a second time, elsewhere",
    proofs: [
      ["attacks/c-codes.test.ts", "used at one door opens none of the others"],
      ["routes/login.test.ts", "a code that opened one session cannot open another"],
    ],
  },
  23: {
    attack: "the same code twenty times at once",
    proofs: [["routes/races.test.ts", "one code of the authenticator opens one session"]],
  },
  24: {
    attack: "fifty guesses at once",
    proofs: [["routes/login.test.ts", "fifty wrong codes at once are five evaluated ones"]],
  },
  25: {
    attack: "a counter that starts anew by a detour",
    proofs: [
      ["routes/races.test.ts", "repeating the password step never makes guessing codes cheaper"],
      [
        "attacks/c-codes.test.ts",
        "guessed at several doors is counted once for all of them: five tries, then a wait at every door",
      ],
    ],
  },
  26: {
    attack: "a window wider than meant",
    proofs: [
      ["attacks/c-codes.test.ts", "of the past or future is good for one step either way"],
      ["auth/totp.test.ts", "the window ends to the second at the step's edges"],
    ],
  },
  27: {
    attack: "setting up an authenticator over the one in use",
    proofs: [
      ["attacks/c-codes.test.ts", "is never set up anew on the way in"],
      ["attacks/c-codes.test.ts", "stays the one in use while another is being set up, and when that is given up"],
      [
        "attacks/c-codes.test.ts",
        "that is being set up in the account opens nothing on the way in, and the other way round",
      ],
    ],
  },
  28: {
    attack: "the confirming code used to sign in, or no confirmation",
    proofs: [
      ["routes/setup.test.ts", "the confirming code does not open a session afterwards"],
      ["routes/setup.test.ts", "has no session before the authenticator is confirmed and the codes are saved"],
    ],
  },
  29: {
    attack: "a secret that cannot be read taken for none",
    proofs: [
      ["routes/input.test.ts", "an authenticator secret that cannot be opened shuts the door, and the log says why"],
    ],
  },
  30: {
    attack: "another name in the second step",
    proofs: [["routes/races.test.ts", "the second step takes its person from the ticket, whatever the form says"]],
  },
  31: {
    attack: "recovery codes read, guessed or used twice",
    proofs: [
      ["attacks/c-codes.test.ts", "the database holds no password, secret, recovery code, token or address of a link"],
      ["attacks/c-codes.test.ts", "a thousand guesses at recovery codes are five evaluated ones"],
      ["routes/races.test.ts", "one recovery code opens one session"],
      ["auth/recovery-codes.test.ts", "ten different codes of 75 random bits, without letters that are misread"],
    ],
  },
  32: {
    attack: "a factor changed with no more than a session",
    proofs: [
      [
        "attacks/c-codes.test.ts",
        "and the recovery codes are changed only by who proved themselves within ten minutes",
      ],
      ["routes/confirm.test.ts", "goes through for ten minutes after signing in, and not a millisecond longer"],
    ],
  },
  33: {
    attack: "the QR code seen by others, kept or shown again",
    proofs: [
      ["attacks/c-codes.test.ts", "is drawn here, kept nowhere, and has the secret in no address that is asked for"],
      ["attacks/c-codes.test.ts", "is for one browser: nobody else's ticket or session shows it"],
      ["routes/setup.test.ts", "the key is not shown again once it is confirmed, nor the codes once they are saved"],
    ],
  },
  34: {
    attack: "imported secrets too short to be checked",
    proofs: [["attacks/c-codes.test.ts", "with a secret too short to be checked is a wrong code, not an error"]],
  },
  // D. Sign-in, reset, sessions
  35: {
    attack: "half a sign-in taken for a whole one",
    proofs: [
      [
        "attacks/d-sessions.test.ts",
        "opens only what it was made for: neither ticket nor link is a session, and no session a ticket",
      ],
      ["routes/strangers.test.ts", "is private or stands in the list of those that are not"],
    ],
  },
  36: {
    attack: "a session id planted beforehand",
    proofs: [
      ["routes/session.test.ts", "is new at every sign-in; one that was planted before never becomes valid"],
      ["routes/confirm.test.ts", "gives the session a new token; the old one opens nothing"],
    ],
  },
  37: {
    attack: "sessions that outlive the password",
    proofs: [["attacks/d-sessions.test.ts", "every other session ends when"]],
  },
  38: {
    attack: "a sign-out that only forgets the cookie",
    proofs: [["routes/session.test.ts", "at sign-out, also for a copy of the cookie"]],
  },
  39: {
    attack: "rights that were copied into the session",
    proofs: [
      ["routes/session.test.ts", "is the one the user has now"],
      ["attacks/d-sessions.test.ts", "loses a session at the very next request, also one that only polls"],
    ],
  },
  40: {
    attack: "a disabled person on a way begun before",
    proofs: [["attacks/d-sessions.test.ts", "gets no further with anything that was begun or issued before"]],
  },
  41: {
    attack: "session ids read from a backup",
    proofs: [
      [
        "routes/session.test.ts",
        "holds a token the database does not know, and the database nothing that would serve as a cookie",
      ],
    ],
  },
  42: {
    attack: "a session kept alive by polling",
    proofs: [
      ["routes/session.test.ts", "although a card polls"],
      ["routes/session.test.ts", "after 30 minutes without activity, and not a minute earlier"],
      ["routes/session.test.ts", "after 12 hours, however active"],
    ],
  },
  43: {
    attack: "a reset that needs six digits only, or tells names apart",
    proofs: [
      ["routes/reset.test.ts", "needs both of them, right, unspent and one's own"],
      ["routes/reset.test.ts", "counts with the codes of sign-in, both codes as one attempt"],
      ["attacks/d-sessions.test.ts", "learns nothing from %s: status, headers, cookies and text are the same"],
    ],
  },
  44: {
    attack: "names told apart by answers, cookies or waits",
    proofs: [
      ["attacks/d-sessions.test.ts", "learns nothing from %s: status, headers, cookies and text are the same"],
      [
        "attacks/d-sessions.test.ts",
        "learns nothing from addresses of people, panels and links that are or are not there",
      ],
      ["routes/races.test.ts", "unknown names are slowed down like known ones"],
    ],
  },
  45: {
    attack: "the owner kept out by somebody's wrong guesses",
    proofs: [
      ["routes/races.test.ts", "who is slowed down at one address signs in from another"],
      ["routes/races.test.ts", "trying while blocked makes the wait no longer; failing again afterwards does"],
      ["routes/admin-person.test.ts", "unlocking lifts every wait"],
    ],
  },
  46: {
    attack: "an invented X-Forwarded-For, or another IPv6 address each time",
    proofs: [
      ["attacks/d-sessions.test.ts", "in X-Forwarded-For, Forwarded or X-Real-IP buys no new guesses"],
      [
        "attacks/d-sessions.test.ts",
        "through a trusted proxy is what that proxy saw, whatever stands to the left of it",
      ],
      ["attacks/d-sessions.test.ts", "is told to admins who come through it, and to nobody else"],
      ["routes/races.test.ts", "one IPv6 customer is one address"],
    ],
  },
  47: {
    attack: "somebody signed in under the attacker's name, or by a link",
    proofs: [
      ["attacks/f-browser.test.ts", "that signs somebody in under another's name is refused like any other"],
      ["attacks/d-sessions.test.ts", "is never given by a GET"],
      ["routes/reset.test.ts", "sets the password, signs nobody in and keeps the authenticator"],
    ],
  },
  48: {
    attack: "a second first admin",
    proofs: [
      ["routes/setup.test.ts", "is one, of twenty who use the address at once"],
      ["routes/setup.test.ts", "is not there for another token, after 30 minutes, or once somebody is registered"],
    ],
  },
  // E. Authorization
  49: {
    attack: "a route without its guard",
    proofs: [
      ["routes/strangers.test.ts", "is private or stands in the list of those that are not"],
      ["attacks/e-authorization.test.ts", "is made by one of the three builders, which bring the guard along"],
      ["attacks/e-authorization.test.ts", "however the address is spelled"],
    ],
  },
  50: {
    attack: "two admins who remove each other at once",
    proofs: [
      ["routes/admin-races.test.ts", "of two admins who act against each other at once, one stays"],
      [
        "routes/admin-person.test.ts",
        "the last admin who can sign in stays one, while others are disabled, invited or away for a while",
      ],
    ],
  },
  51: {
    attack: "rights taken from what a request says about itself",
    proofs: [["attacks/e-authorization.test.ts", "whatever the request says about itself"]],
  },
  52: {
    attack: "a panel that sees or breaks too much",
    proofs: [
      ["routes/fragments-isolation.test.ts", "is told who asks, and nothing that opens a door"],
      ["routes/fragments-isolation.test.ts", "leaves its neighbours and the dashboard as they are"],
    ],
  },
  // F. Browser and htmx
  53: {
    attack: "script in a name, a header or an address",
    proofs: [
      ["attacks/f-browser.test.ts", "stays text on every page there is, for an admin who opens them all"],
      ["attacks/f-browser.test.ts", "stays text when a form comes back with what was typed"],
      ["lint/code.test.ts", "HTML that is not escaped"],
      ["lint/code.test.ts", "HTML written by scripts"],
      ["lint/code.test.ts", "attributes from data"],
    ],
  },
  54: {
    attack: "stored hx- attributes that act as the victim",
    proofs: [
      ["attacks/f-browser.test.ts", "stays text on every page there is, for an admin who opens them all"],
      ["views/client.test.tsx", "script in attributes of a fragment does nothing"],
    ],
  },
  55: {
    attack: "a policy that htmx loosens",
    proofs: [
      ["headers.test.ts", "on every address, for every visitor, by every method, as page and as part"],
      ["views/client.test.tsx", "script in attributes of a fragment does nothing"],
    ],
  },
  56: {
    attack: "a form from another site",
    proofs: [
      ["attacks/f-browser.test.ts", "is refused on every route %s, and ours are not"],
      ["routes/strangers.test.ts", "that changes something refuses a foreign page, whoever is signed in"],
      ["browser/elsewhere.test.ts", "a page of another site"],
    ],
  },
  57: {
    attack: "DELETE that puts fields into the address",
    proofs: [["attacks/source.test.ts", "change nothing by methods whose fields htmx would put into the address"]],
  },
  58: {
    attack: "pages seen again by Back, or from a cache",
    proofs: [
      ["attacks/f-browser.test.ts", "is a whole page, and for who is no longer signed in none at all"],
      ["attacks/f-browser.test.ts", "is not kept after signing out"],
      ["headers.test.ts", "on every address, for every visitor, by every method, as page and as part"],
      ["browser/main-path.test.ts", "going back after signing out shows nothing of the dashboard"],
    ],
  },
  59: {
    attack: "a sign-in page inside a card",
    proofs: [
      [
        "routes/session.test.ts",
        "an expired session during a partial request leads to the sign-in page and back again",
      ],
      [
        "browser/main-path.test.ts",
        "when the session ends, a card's next request leads to the sign-in page instead of nesting it",
      ],
    ],
  },
  60: {
    attack: "framing, and a first visit without TLS",
    proofs: [
      ["headers.test.ts", "over https, with HSTS for a year and all subdomains"],
      ["browser/elsewhere.test.ts", "a page of another site"],
    ],
  },
  61: {
    attack: "something thrown that is no error, and Bun's page about it",
    proofs: [
      [
        "routes/errors.test.ts",
        "whatever is thrown, the browser learns a number, the log the rest, and the process lives on",
      ],
      ["headers.test.ts", "when something of ours is broken or busy, the error page included"],
    ],
  },
  62: {
    attack: "cookies of another port, ids that shadow ours",
    proofs: [
      ["attacks/f-browser.test.ts", "over https no other program on the same host can plant or read our cookies"],
      ["attacks/f-browser.test.ts", "stays text on every page there is, for an admin who opens them all"],
    ],
  },
  // G. HTTP, denial of service
  63: {
    attack: "requests that two programs read differently",
    proofs: [
      ["attacks/g-http.test.ts", "what can be read in two ways is refused once and the connection closed"],
      ["attacks/g-http.test.ts", "a body that is refused, too long or unread is never taken for the next request"],
    ],
  },
  64: {
    attack: "large bodies, lying lengths, thousands of fields",
    proofs: [
      ["attacks/g-http.test.ts", "too much of anything is refused at once"],
      ["attacks/g-http.test.ts", "has at most a hundred fields, however they are sent"],
      ["attacks/g-http.test.ts", "has names that are names and nothing else"],
      ["routes/input.test.ts", "what is larger than 64 KiB, whatever it says of its length"],
      ["fuzz.test.ts", "many requests leave no memory behind"],
    ],
  },
  65: {
    attack: "clients that send a byte each second",
    proofs: [
      [
        "browser/slow-clients.test.ts",
        "whoever sends nothing, or a byte each second, is cut off, and everybody else is served meanwhile",
      ],
    ],
  },
  66: {
    attack: "floods of keys, searches and exports",
    proofs: [
      ["attacks/g-http.test.ts", "are counted by address; who is signed in goes on, and so does everybody elsewhere"],
      ["attacks/g-http.test.ts", "never make the memory grow beyond the addresses it may hold"],
      ["routes/audit.test.ts", "of a hundred thousand entries is read as it is fetched, never held"],
      ["store/audit-log.test.ts", "is written three hundred times a minute for all addresses together"],
    ],
  },
  67: {
    attack: "a database that stalls, and everybody waiting for it",
    proofs: [
      ["db/mysql-server.test.ts", "refuses callers beyond the queue at once, and serves all others"],
      [
        "db/mysql-server.test.ts",
        "gives DatabaseUnavailable within the bound, on used and on new connections; then it recovers",
      ],
      [
        "routes/errors.test.ts",
        "a database that is away is 503 with Retry-After, for pages and for parts, and lets nobody in",
      ],
    ],
  },
  68: {
    attack: "a WebAuthn challenge that is not checked",
    doesNotApply: "nobody signs in by WebAuthn here",
    proofs: [
      [
        "attacks/g-http.test.ts",
        "nothing here signs in by WebAuthn: the day it does, its own attacks have to be answered",
      ],
    ],
  },
};
