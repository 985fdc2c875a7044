-- The audit log; docs/audit-log.md tells the format. `body` is the exact RFC 8785 text of an entry, `leaf` is
-- SHA-256(0x00 || body). What is asked for is generated from `body`, so it cannot disagree with what is hashed.
CREATE TABLE audit_log (
    seq INTEGER PRIMARY KEY CHECK (seq > 0),
    body BLOB NOT NULL,
    leaf BLOB NOT NULL CHECK (length(leaf) = 32),
    -- ->> takes a BLOB for JSONB, which `body` is not.
    ts TEXT GENERATED ALWAYS AS (CAST(body AS TEXT) ->> '$.ts') VIRTUAL,
    event TEXT GENERATED ALWAYS AS (CAST(body AS TEXT) ->> '$.event') VIRTUAL,
    outcome TEXT GENERATED ALWAYS AS (CAST(body AS TEXT) ->> '$.outcome') VIRTUAL,
    action TEXT GENERATED ALWAYS AS (CAST(body AS TEXT) ->> '$.action') VIRTUAL,
    actor TEXT GENERATED ALWAYS AS (CAST(body AS TEXT) ->> '$.actor.user') VIRTUAL,
    account TEXT GENERATED ALWAYS AS (CAST(body AS TEXT) ->> '$.account') VIRTUAL,
    control TEXT GENERATED ALWAYS AS (CAST(body AS TEXT) ->> '$.control') VIRTUAL,
    resource TEXT GENERATED ALWAYS AS (CAST(body AS TEXT) ->> '$.resource') VIRTUAL
) STRICT;

-- Against accidents. Whoever may write the file can drop these; checkpoints kept elsewhere are against them.
CREATE TRIGGER audit_log_refuses_update BEFORE UPDATE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

CREATE TRIGGER audit_log_refuses_delete BEFORE DELETE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

-- Also against INSERT OR REPLACE, which deletes without asking the trigger above.
CREATE TRIGGER audit_log_has_no_gaps BEFORE INSERT ON audit_log
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM audit_log)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only and has no gaps');
END;

-- The roots of the complete subtrees of the first `size` leaves, the biggest first: where the next checkpoint goes on,
-- so that it costs what was appended since and never vouches for an older entry that somebody changed meanwhile.
CREATE TABLE audit_frontier (
    key INTEGER PRIMARY KEY CHECK (key = 1),
    size INTEGER NOT NULL CHECK (size >= 0),
    hashes BLOB NOT NULL
) STRICT;

INSERT INTO audit_frontier (key, size, hashes) VALUES (1, 0, x'');
