-- NULL: as the person's browser says.
ALTER TABLE users
  ADD COLUMN language VARCHAR(35) NULL;
