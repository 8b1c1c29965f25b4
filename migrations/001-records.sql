-- The memory of one house. Times are milliseconds since the epoch.

CREATE TABLE events (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  time    INTEGER NOT NULL,
  type    TEXT NOT NULL,
  task    TEXT,
  run     TEXT,
  attempt INTEGER,
  data    TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX events_by_task ON events (task, id);
CREATE INDEX events_by_type ON events (type, id);

-- What Robed knows of each task it ever saw; the key is the task's id, else its handle.
CREATE TABLE tasks (
  key           TEXT PRIMARY KEY,
  title         TEXT NOT NULL,
  text_hash     TEXT NOT NULL,             -- of the block without its status token
  status        TEXT NOT NULL,             -- last written or accepted
  file_status   TEXT,                      -- what the queue's last known version says; null: not in it
  reason        TEXT,                      -- why it is not simply PENDING or COMPLETE
  by_hand       INTEGER NOT NULL DEFAULT 0,
  attempts      INTEGER NOT NULL DEFAULT 0,
  losses        INTEGER NOT NULL DEFAULT 0,
  not_before    INTEGER,                   -- end of the back-off
  review        TEXT,                      -- before | after: what an approval would allow
  approved_text TEXT,                      -- text_hash that a person approved
  held          INTEGER NOT NULL DEFAULT 0,-- commands that came in while an agent was at work
  due_at        INTEGER,                   -- next occurrence of a recurring task
  last_run      TEXT,
  spent         TEXT NOT NULL DEFAULT '{}',-- usage of all runs, for the budget
  first_seen    INTEGER NOT NULL,
  finished_at   INTEGER,
  missing_since INTEGER,                   -- first reading without it
  deleted_at    INTEGER,
  archived_at   INTEGER
) STRICT;

-- AUTOINCREMENT: a fence rises strictly and is never used again.
CREATE TABLE runs (
  fence       INTEGER PRIMARY KEY AUTOINCREMENT,
  run         TEXT NOT NULL UNIQUE,
  task        TEXT NOT NULL,
  attempt     INTEGER NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('claimed', 'running', 'ended', 'settled')),
  body        TEXT NOT NULL,
  agent       INTEGER NOT NULL,
  job         TEXT NOT NULL,               -- JSON: all that a runner needs
  holder      TEXT,                        -- JSON: identity of the process that answers for it
  leader      TEXT,                        -- JSON: identity of the body's first process
  claimed_at  INTEGER NOT NULL,
  started_at  INTEGER,
  lease_until INTEGER NOT NULL,
  ended_at    INTEGER,
  stop        TEXT,                        -- status that a person's stop leads to
  result      TEXT                         -- JSON: what the report is rendered from
) STRICT;
CREATE UNIQUE INDEX one_live_run_a_task ON runs (task) WHERE state IN ('claimed', 'running');
CREATE INDEX unsettled_runs ON runs (state) WHERE state <> 'settled';
CREATE INDEX runs_by_task ON runs (task, fence);

-- Report files already accounted for, so that a tick reads only what is new.
CREATE TABLE reports (
  file  TEXT PRIMARY KEY,
  stamp TEXT NOT NULL,                     -- inode, size, mtime
  run   TEXT
) STRICT;

CREATE TABLE conflicts (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  code       TEXT NOT NULL,
  task       TEXT,
  message    TEXT NOT NULL,
  data       TEXT NOT NULL DEFAULT '{}',
  opened_at  INTEGER NOT NULL,
  settled_at INTEGER
) STRICT;
CREATE UNIQUE INDEX one_open_conflict ON conflicts (code, ifnull(task, '')) WHERE settled_at IS NULL;

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
