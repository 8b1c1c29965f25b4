-- What ended lately, and the highest id of a series, without going through all that was ever done.
CREATE INDEX runs_by_end ON runs (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX archived_ids ON tasks (length(key), key COLLATE NOCASE) WHERE archived_at IS NOT NULL;
