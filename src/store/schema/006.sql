-- Plans, approvals and runs. A plan is kept as the canonical JSON that its hash is of.
CREATE TABLE plans (
    key INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL,
    made TEXT NOT NULL,
    expires TEXT NOT NULL
) STRICT;

-- `subject` is the hash of the plan, or of the request to roll back, that is approved; `body` is what was signed.
CREATE TABLE approvals (
    key INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    approver TEXT NOT NULL,
    signer TEXT NOT NULL,
    body TEXT NOT NULL,
    signature BLOB NOT NULL,
    made TEXT NOT NULL,
    -- The run that used it up.
    used TEXT,
    UNIQUE (subject, signer)
) STRICT;

CREATE TABLE runs (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    -- A plan is applied once.
    plan INTEGER NOT NULL UNIQUE REFERENCES plans (key),
    state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'incomplete', 'paused', 'rolled-back')),
    options TEXT NOT NULL,
    started TEXT NOT NULL,
    finished TEXT
) STRICT;

CREATE TABLE run_actions (
    run INTEGER NOT NULL REFERENCES runs (key),
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    -- The state that was found last: after the change, or instead of what was expected.
    found TEXT,
    at TEXT NOT NULL,
    PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;

-- Every write call: the row is there, and on the disk, before the call is made.
CREATE TABLE run_writes (
    key INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (key),
    action INTEGER NOT NULL,
    -- Which write of the action; of a rollback, the one that is undone.
    write INTEGER NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('apply', 'undo')),
    call TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('intended', 'applied', 'failed', 'unknown')),
    output TEXT,
    error TEXT,
    intended TEXT NOT NULL,
    settled TEXT
) STRICT;

CREATE INDEX run_writes_by_action ON run_writes (run, action);

-- Ids that a rollback could not bring back, and those that stand in their place.
CREATE TABLE aliases (
    key INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (key),
    action INTEGER NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
