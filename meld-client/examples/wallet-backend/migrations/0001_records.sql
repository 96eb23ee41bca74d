-- The work of the outbox, the inbox and the reconciler; see `meld_client::storage`.
-- All columns are text or bigint, so that SQLite and PostgreSQL share one schema. Times are microseconds since 1970.
CREATE TABLE meld_records (
    queue       TEXT   NOT NULL,
    id          TEXT   NOT NULL,
    content     TEXT   NOT NULL,
    state       TEXT   NOT NULL,
    due_at      BIGINT NOT NULL,
    -- The due time before the last claim, which orders a batch.
    was_due_at  BIGINT NOT NULL,
    attempts    BIGINT NOT NULL,
    progress    TEXT,
    PRIMARY KEY (queue, id)
);
CREATE INDEX meld_records_due ON meld_records (queue, state, due_at);
