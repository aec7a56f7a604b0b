-- When and by whom a session was ended that may still be brought back. Its expires_at is negative meanwhile: it opens
-- nothing, and whoever asks for sessions that are not over does not find it.
ALTER TABLE user_sessions ADD COLUMN ended_at INTEGER NULL;
ALTER TABLE user_sessions ADD COLUMN ended_by INTEGER NULL;
