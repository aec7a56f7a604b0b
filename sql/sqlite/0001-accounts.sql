-- The CHECKs give SQLite the strictness MySQL's column types have: what one refuses, the other refuses.
-- Times are Unix milliseconds, except users.created_at, which keeps the type it has in databases adopted later.

CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  username TEXT NOT NULL CHECK (length(username) <= 255),
  username_key TEXT NOT NULL UNIQUE CHECK (length(username_key) <= 255),
  password_hash TEXT NOT NULL DEFAULT '' CHECK (length(password_hash) <= 255),
  mfa_secret TEXT NULL CHECK (length(mfa_secret) <= 255),
  mfa_last_step INTEGER NOT NULL DEFAULT 0,
  mfa_enrolled_at INTEGER NULL,
  role TEXT NOT NULL DEFAULT 'user' CHECK (role IN ('admin', 'user')),
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP CHECK (created_at = datetime(created_at)),
  password_changed_at INTEGER NULL,
  -- 0: never.
  signed_in_at INTEGER NOT NULL DEFAULT 0,
  disabled_at INTEGER NULL,
  disabled_until INTEGER NULL,
  disabled_reason TEXT NULL CHECK (length(disabled_reason) <= 255),
  theme TEXT NOT NULL DEFAULT 'system' CHECK (theme IN ('system', 'light', 'dark')),
  -- Whether single keys do something on pages (WCAG 2.1.4).
  shortcuts INTEGER NOT NULL DEFAULT 1 CHECK (shortcuts IN (0, 1)),
  -- Role, status and authenticator as one number from 0 to 11: every filtered list is a few ranges of one index.
  facet INTEGER GENERATED ALWAYS AS (CASE WHEN role = 'admin' THEN 6 ELSE 0 END + CASE WHEN disabled_at IS NULL THEN CASE WHEN password_hash = '' THEN 2 ELSE 0 END ELSE 4 END + CASE WHEN mfa_secret IS NULL THEN 0 ELSE 1 END) STORED
) STRICT;

CREATE INDEX users_facet_name ON users (facet, username_key);
CREATE INDEX users_facet_id ON users (facet, id);
CREATE INDEX users_facet_signed_in ON users (facet, signed_in_at, id);
CREATE INDEX users_disabled_until ON users (disabled_until);

CREATE TABLE user_sessions (
  session_id TEXT NOT NULL PRIMARY KEY CHECK (length(session_id) <= 64),
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  confirmed_at INTEGER NOT NULL,
  welcomed_at INTEGER NULL,
  ip TEXT NOT NULL CHECK (length(ip) <= 45),
  user_agent TEXT NOT NULL CHECK (length(user_agent) <= 255)
) STRICT, WITHOUT ROWID;

-- None has last_seen_at: it changes with every active minute of everybody.
CREATE INDEX user_sessions_user ON user_sessions (user_id);
CREATE INDEX user_sessions_expires ON user_sessions (expires_at);

CREATE TABLE tickets (
  ticket_id TEXT NOT NULL PRIMARY KEY CHECK (length(ticket_id) <= 64),
  purpose TEXT NOT NULL CHECK (purpose IN ('login', 'enrol', 'invite', 'reset', 'setup')),
  user_id INTEGER NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  payload TEXT NULL CHECK (length(CAST(payload AS BLOB)) <= 65535)
) STRICT, WITHOUT ROWID;

CREATE INDEX tickets_user ON tickets (user_id);
CREATE INDEX tickets_expires ON tickets (expires_at);

CREATE TABLE recovery_codes (
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  code_hash TEXT NOT NULL CHECK (length(code_hash) <= 64),
  created_at INTEGER NOT NULL,
  used_at INTEGER NULL,
  PRIMARY KEY (user_id, code_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
  attempt_key TEXT NOT NULL PRIMARY KEY CHECK (length(attempt_key) <= 64),
  user_id INTEGER NULL REFERENCES users (id) ON DELETE CASCADE,
  failures INTEGER NOT NULL,
  blocked_until INTEGER NOT NULL,
  forget_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX attempts_user ON attempts (user_id, blocked_until);
CREATE INDEX attempts_blocked ON attempts (blocked_until, user_id);
CREATE INDEX attempts_forget ON attempts (forget_at);

-- No foreign keys here: history outlives the people in it.
CREATE TABLE audit_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  topic TEXT NOT NULL DEFAULT '' CHECK (length(topic) <= 16),
  event TEXT NOT NULL CHECK (length(event) <= 64),
  actor_id INTEGER NULL,
  actor_name TEXT NULL CHECK (length(actor_name) <= 255),
  target_id INTEGER NULL,
  target_name TEXT NULL CHECK (length(target_name) <= 255),
  ip TEXT NULL CHECK (length(ip) <= 45),
  user_agent TEXT NULL CHECK (length(user_agent) <= 255),
  request_id TEXT NULL CHECK (length(request_id) <= 64),
  detail TEXT NULL CHECK (length(CAST(detail AS BLOB)) <= 65535)
) STRICT;

-- One for each way to look things up, newest first; the list never sorts.
CREATE INDEX audit_log_at ON audit_log (at, id);
CREATE INDEX audit_log_topic ON audit_log (topic, at, id);
CREATE INDEX audit_log_event ON audit_log (event, at, id);
CREATE INDEX audit_log_actor ON audit_log (actor_id, at, id);
CREATE INDEX audit_log_target ON audit_log (target_id, at, id);
CREATE INDEX audit_log_actor_name ON audit_log (actor_name, at, id);
CREATE INDEX audit_log_target_name ON audit_log (target_name, at, id);
CREATE INDEX audit_log_ip ON audit_log (ip, at, id);

-- How people arranged their dashboards: names of fragments as JSON, which are files and not rows.
CREATE TABLE fragment_layouts (
  user_id INTEGER NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  layout TEXT NOT NULL CHECK (length(CAST(layout AS BLOB)) <= 65535),
  changed_at INTEGER NOT NULL
) STRICT;

-- A batch that must not run beside another of its kind updates the row of its name first.
CREATE TABLE locks (
  name TEXT NOT NULL PRIMARY KEY CHECK (length(name) <= 32),
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO locks (name, version) VALUES ('admins', 0);
-- Its version is the last day, counted from 1970, whose entries have left the audit log.
INSERT INTO locks (name, version) VALUES ('audit_purge', 0);

-- Ids of the server keys this database was written with, never the keys.
CREATE TABLE server_keys (
  key_id TEXT NOT NULL PRIMARY KEY CHECK (length(key_id) <= 32),
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
