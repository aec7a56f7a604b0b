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
  signed_in_at BIGINT NULL,
  disabled_at BIGINT NULL,
  disabled_until BIGINT NULL,
  disabled_reason VARCHAR(255) NULL,
  UNIQUE KEY users_username_key (username_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE user_sessions (
  session_id CHAR(64) NOT NULL PRIMARY KEY,
  user_id INT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  confirmed_at BIGINT NOT NULL,
  ip VARCHAR(45) NOT NULL,
  user_agent VARCHAR(255) NOT NULL,
  KEY user_sessions_user (user_id, last_seen_at),
  KEY user_sessions_expires (expires_at),
  KEY user_sessions_last_seen (last_seen_at),
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
  KEY attempts_forget (forget_at),
  CONSTRAINT attempts_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- No foreign keys here: history outlives the people in it.
CREATE TABLE audit_log (
  id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  at BIGINT NOT NULL,
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
  KEY audit_log_event (event, id),
  KEY audit_log_actor (actor_id, id),
  KEY audit_log_target (target_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A batch that must not run beside another of its kind updates the row of its name first.
CREATE TABLE locks (
  name VARCHAR(32) NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO locks (name, version) VALUES ('admins', 0);

-- Ids of the server keys this database was written with, never the keys.
CREATE TABLE server_keys (
  key_id VARCHAR(32) NOT NULL PRIMARY KEY,
  created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
