CREATE TABLE users (
    id           TEXT   NOT NULL PRIMARY KEY,
    session_hash TEXT   NOT NULL UNIQUE,
    -- The id of the customer at Meld.
    customer_id  TEXT   UNIQUE,
    created_at   BIGINT NOT NULL
);

-- Quotes as they were shown, so that an order cannot name other prices.
CREATE TABLE quotes (
    id         TEXT   NOT NULL PRIMARY KEY,
    user_id    TEXT   NOT NULL REFERENCES users (id),
    quote      TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE orders (
    -- The once-only token of the form, so that a second click finds the first order.
    id                   TEXT   NOT NULL PRIMARY KEY,
    user_id              TEXT   NOT NULL REFERENCES users (id),
    kind                 TEXT   NOT NULL,
    state                TEXT   NOT NULL,
    provider             TEXT,
    source_amount        TEXT,
    source_currency      TEXT,
    destination_amount   TEXT,
    destination_currency TEXT,
    -- JSON that the kind of order needs to continue after a crash.
    details              TEXT   NOT NULL,
    -- The idempotency key.
    request_key          TEXT   UNIQUE,
    -- The session, headless order or deposit account at Meld.
    meld_id              TEXT   UNIQUE,
    transaction_id       TEXT   UNIQUE,
    -- The page where the customer continues.
    url                  TEXT,
    -- A sentence for the customer.
    message              TEXT,
    attempts             BIGINT NOT NULL,
    due_at               BIGINT NOT NULL,
    created_at           BIGINT NOT NULL,
    updated_at           BIGINT NOT NULL
);
CREATE INDEX orders_user ON orders (user_id, created_at);
CREATE INDEX orders_due ON orders (state, due_at);

CREATE TABLE order_events (
    order_id TEXT   NOT NULL REFERENCES orders (id),
    status   TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (order_id, status)
);

CREATE TABLE kyc (
    user_id    TEXT   NOT NULL REFERENCES users (id),
    provider   TEXT   NOT NULL,
    state      TEXT   NOT NULL,
    url        TEXT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, provider)
);

CREATE TABLE connections (
    id          TEXT   NOT NULL PRIMARY KEY,
    user_id     TEXT   NOT NULL REFERENCES users (id),
    institution TEXT,
    status      TEXT   NOT NULL,
    url         TEXT,
    updated_at  BIGINT NOT NULL
);

CREATE TABLE accounts (
    id            TEXT   NOT NULL PRIMARY KEY,
    connection_id TEXT   NOT NULL REFERENCES connections (id),
    name          TEXT,
    number        TEXT,
    balance       TEXT,
    currency      TEXT,
    updated_at    BIGINT NOT NULL
);

CREATE TABLE bank_transactions (
    id          TEXT   NOT NULL PRIMARY KEY,
    account_id  TEXT   NOT NULL REFERENCES accounts (id),
    day         TEXT   NOT NULL,
    description TEXT,
    change      TEXT   NOT NULL,
    currency    TEXT
);
CREATE INDEX bank_transactions_account ON bank_transactions (account_id, day);

-- Secrets of webhook profiles that the service created itself: those of the mock server.
CREATE TABLE webhook_profiles (
    url    TEXT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL
);
