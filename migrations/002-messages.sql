-- Messages between this house and others. Times are milliseconds since the epoch.

CREATE TABLE messages (
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  id        TEXT NOT NULL,
  type      TEXT NOT NULL,
  peer      TEXT NOT NULL,                 -- the other house, or a person
  title     TEXT NOT NULL,
  task      TEXT,                          -- ours: made of it, or the one it is about
  run       TEXT,                          -- ours: it was sent inside this one, or asks about its result
  text_hash TEXT,                          -- out: what an approval is asked for
  answers   TEXT,                          -- the message that it answers
  state     TEXT NOT NULL,                 -- in: open unread read decided closed; out: due sent answered decided closed lost
  told      TEXT,                          -- in: the end that was last answered
  decision  TEXT,                          -- JSON, in: what a person decided
  content   TEXT,                          -- out: the file, until it is sent
  time      INTEGER NOT NULL,
  PRIMARY KEY (direction, id)
) STRICT;
CREATE INDEX messages_by_state ON messages (state, direction);
CREATE INDEX messages_by_task ON messages (task);
