-- A house keeps the records of archived tasks for ever, and a tick looks at the others alone.
CREATE INDEX live_tasks ON tasks (key) WHERE archived_at IS NULL;
