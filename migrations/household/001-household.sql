-- What the houses of a household share, beside robed.yaml. Times are milliseconds since the epoch.

-- The same shape as a house's, so that one reader serves both.
CREATE TABLE events (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  time    INTEGER NOT NULL,
  type    TEXT NOT NULL,
  task    TEXT,
  run     TEXT,
  attempt INTEGER,
  data    TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX events_by_type ON events (type, id);

-- What self-monitor keeps watch over: a service by its name, a house's gateway as `house:gateway`.
CREATE TABLE watched (
  name      TEXT PRIMARY KEY,
  state     TEXT NOT NULL,                 -- up | down | given-up
  since     INTEGER NOT NULL,              -- of this state
  probed_at INTEGER NOT NULL,
  restarts  INTEGER NOT NULL DEFAULT 0,    -- in a row, without success
  next_try  INTEGER,                       -- end of the back-off
  detail    TEXT NOT NULL DEFAULT ''
) STRICT;

-- One row a probe, for uptime; pruned with the events.
CREATE TABLE probes (
  time INTEGER NOT NULL,
  name TEXT NOT NULL,
  up   INTEGER NOT NULL
) STRICT;
CREATE INDEX probes_by_name ON probes (name, time);

-- What was told to whom and when, so that the same thing is not told again within the hour.
CREATE TABLE alerts (
  sink    TEXT NOT NULL,
  key     TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  held    INTEGER NOT NULL DEFAULT 0,      -- of the same key since, not sent
  PRIMARY KEY (sink, key)
) STRICT;

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
