-- Text is utf8mb4_bin throughout: two names are the same only when their bytes are.
-- Times are Unix milliseconds, except users.created_at, which keeps the type it has in databases adopted later.

CREATE TABLE users (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  username VARCHAR(255) NOT NULL,
  username_key VARCHAR(255) NOT NULL,
  password_hash VARCHAR(255) NOT NULL DEFAULT '',
  mfa_secret VARCHAR(255) NULL,
  mfa_last_step BIGINT NOT NULL DEFAULT 0,
  mfa_enrolled_at BIGINT NULL,
  role ENUM('admin', 'user') NOT NULL DEFAULT 'user',
  created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  password_changed_at BIGINT NULL,
  -- 0: never.
  signed_in_at BIGINT NOT NULL DEFAULT 0,
  disabled_at BIGINT NULL,
  disabled_until BIGINT NULL,
  disabled_reason VARCHAR(255) NULL,
  theme ENUM('system', 'light', 'dark') NOT NULL DEFAULT 'system',
  -- Whether single keys do something on pages (WCAG 2.1.4).
  shortcuts TINYINT NOT NULL DEFAULT 1 CHECK (shortcuts IN (0, 1)),
  -- Role, status and authenticator as one number from 0 to 11: every filtered list is a few ranges of one index.
  facet TINYINT GENERATED ALWAYS AS (CASE WHEN role = 'admin' THEN 6 ELSE 0 END + CASE WHEN disabled_at IS NULL THEN CASE WHEN password_hash = '' THEN 2 ELSE 0 END ELSE 4 END + CASE WHEN mfa_secret IS NULL THEN 0 ELSE 1 END) STORED,
  UNIQUE KEY users_username_key (username_key),
  KEY users_facet_name (facet, username_key),
  KEY users_facet_id (facet, id),
  KEY users_facet_signed_in (facet, signed_in_at, id),
  KEY users_disabled_until (disabled_until)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE user_sessions (
  session_id CHAR(64) NOT NULL PRIMARY KEY,
  user_id INT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  confirmed_at BIGINT NOT NULL,
  welcomed_at BIGINT NULL,
  ip VARCHAR(45) NOT NULL,
  user_agent VARCHAR(255) NOT NULL,
  -- None has last_seen_at: it changes with every active minute of everybody.
  KEY user_sessions_user (user_id),
  KEY user_sessions_expires (expires_at),
  CONSTRAINT user_sessions_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE tickets (
  ticket_id CHAR(64) NOT NULL PRIMARY KEY,
  purpose ENUM('login', 'enrol', 'invite', 'reset', 'setup') NOT NULL,
  user_id INT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  payload TEXT NULL,
  KEY tickets_user (user_id),
  KEY tickets_expires (expires_at),
  CONSTRAINT tickets_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE recovery_codes (
  user_id INT NOT NULL,
  code_hash CHAR(64) NOT NULL,
  created_at BIGINT NOT NULL,
  used_at BIGINT NULL,
  PRIMARY KEY (user_id, code_hash),
  CONSTRAINT recovery_codes_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE attempts (
  attempt_key CHAR(64) NOT NULL PRIMARY KEY,
  user_id INT NULL,
  failures INT NOT NULL,
  blocked_until BIGINT NOT NULL,
  forget_at BIGINT NOT NULL,
  KEY attempts_user (user_id, blocked_until),
  KEY attempts_blocked (blocked_until, user_id),
  KEY attempts_forget (forget_at),
  CONSTRAINT attempts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- No foreign keys here: history outlives the people in it.
CREATE TABLE audit_log (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at BIGINT NOT NULL,
  topic VARCHAR(16) NOT NULL DEFAULT '',
  event VARCHAR(64) NOT NULL,
  actor_id INT NULL,
  actor_name VARCHAR(255) NULL,
  target_id INT NULL,
  target_name VARCHAR(255) NULL,
  ip VARCHAR(45) NULL,
  user_agent VARCHAR(255) NULL,
  request_id VARCHAR(64) NULL,
  detail TEXT NULL,
  KEY audit_log_at (at, id),
  KEY audit_log_topic (topic, at, id),
  KEY audit_log_event (event, at, id),
  KEY audit_log_actor (actor_id, at, id),
  KEY audit_log_target (target_id, at, id),
  KEY audit_log_actor_name (actor_name, at, id),
  KEY audit_log_target_name (target_name, at, id),
  KEY audit_log_ip (ip, at, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- How people arranged their dashboards: names of fragments as JSON, which are files and not rows.
CREATE TABLE fragment_layouts (
  user_id INT NOT NULL PRIMARY KEY,
  layout TEXT NOT NULL,
  changed_at BIGINT NOT NULL,
  CONSTRAINT fragment_layouts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A batch that must not run beside another of its kind updates the row of its name first.
CREATE TABLE locks (
  name VARCHAR(32) NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO locks (name, version) VALUES ('admins', 0);
-- Its version is the last day, counted from 1970, whose entries have left the audit log.
INSERT INTO locks (name, version) VALUES ('audit_purge', 0);

-- Ids of the server keys this database was written with, never the keys.
CREATE TABLE server_keys (
  key_id VARCHAR(32) NOT NULL PRIMARY KEY,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
