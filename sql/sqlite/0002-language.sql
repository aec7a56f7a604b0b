-- NULL: as the person's browser says.
ALTER TABLE users
  ADD COLUMN language TEXT NULL CHECK (length(language) <= 35);
