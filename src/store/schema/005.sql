-- Accepted findings. A waiver is in force from `granted` to `until`, unless it `ended` before; nothing is deleted.
CREATE TABLE waivers (
    key INTEGER PRIMARY KEY,
    finding INTEGER NOT NULL REFERENCES findings (key),
    granted TEXT NOT NULL,
    until TEXT NOT NULL,
    reason TEXT NOT NULL,
    owner TEXT NOT NULL,
    approver TEXT NOT NULL,
    ended TEXT,
    ending TEXT CHECK (ending IN ('revoked', 'expired', 'replaced', 'resolved')),
    ending_reason TEXT,
    CHECK ((ended IS NULL) = (ending IS NULL))
) STRICT;

CREATE INDEX waivers_by_finding ON waivers (finding);
-- A finding has one waiver at a time.
CREATE UNIQUE INDEX waivers_not_ended ON waivers (finding) WHERE ended IS NULL;

-- People change the status of findings too: `scan` is NULL then.
CREATE TABLE finding_history_new (
    key INTEGER PRIMARY KEY,
    finding INTEGER NOT NULL REFERENCES findings (key),
    scan INTEGER REFERENCES scans (key),
    at TEXT NOT NULL,
    from_status TEXT CHECK (from_status IN ('OPEN', 'FIXED', 'RESOLVED', 'WAIVED')),
    to_status TEXT CHECK (to_status IN ('OPEN', 'FIXED', 'RESOLVED', 'WAIVED')),
    from_verdict TEXT CHECK (from_verdict IN ('PASS', 'FAIL', 'ERROR', 'NOT_APPLICABLE', 'MANUAL')),
    verdict INTEGER NOT NULL REFERENCES verdicts (key)
) STRICT;

INSERT INTO finding_history_new SELECT * FROM finding_history;
DROP TABLE finding_history;
ALTER TABLE finding_history_new RENAME TO finding_history;
CREATE INDEX finding_history_by_finding ON finding_history (finding);
CREATE INDEX finding_history_by_scan ON finding_history (scan);
