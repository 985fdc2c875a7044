-- Times are RFC 3339 in UTC with three digits of the second, so that texts sort as times do.
-- `key` is local to this file and never leaves it; ids do.

CREATE TABLE scans (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    provider TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'interrupted', 'failed')),
    started TEXT NOT NULL,
    finished TEXT,
    now TEXT NOT NULL,
    tool_version TEXT NOT NULL,
    library_hash TEXT NOT NULL,
    selection TEXT NOT NULL,
    parameters TEXT NOT NULL,
    calls INTEGER NOT NULL DEFAULT 0,
    complete INTEGER NOT NULL DEFAULT 0 CHECK (complete IN (0, 1)),
    attempt INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE scan_accounts (
    scan INTEGER NOT NULL REFERENCES scans (key),
    account TEXT NOT NULL,
    identity TEXT NOT NULL,
    regions TEXT NOT NULL,
    disabled_regions TEXT NOT NULL,
    PRIMARY KEY (scan, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE scan_controls (
    scan INTEGER NOT NULL REFERENCES scans (key),
    control TEXT NOT NULL,
    parameters TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (scan, control)
) STRICT, WITHOUT ROWID;

-- What --resume need not do again.
CREATE TABLE scan_units (
    scan INTEGER NOT NULL REFERENCES scans (key),
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    collector TEXT NOT NULL,
    PRIMARY KEY (scan, account, region, collector)
) STRICT, WITHOUT ROWID;

CREATE TABLE listings (
    scan INTEGER NOT NULL REFERENCES scans (key),
    provider TEXT NOT NULL,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    type TEXT NOT NULL,
    complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
    outcome TEXT NOT NULL,
    PRIMARY KEY (scan, provider, account, region, type)
) STRICT, WITHOUT ROWID;

-- Calls that failed, equal ones counted. `resource` is '' if the call was about none.
CREATE TABLE scan_errors (
    scan INTEGER NOT NULL REFERENCES scans (key),
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    resource TEXT NOT NULL,
    call TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    permission TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (scan, account, region, resource, call, code)
) STRICT, WITHOUT ROWID;

-- Documents of resources by the SHA-256 of their text: scans share what did not change.
CREATE TABLE documents (
    key INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE resources (
    key INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    UNIQUE (provider, account, region, type, id)
) STRICT;

CREATE TABLE scan_resources (
    scan INTEGER NOT NULL REFERENCES scans (key),
    resource INTEGER NOT NULL REFERENCES resources (key),
    document INTEGER NOT NULL REFERENCES documents (key),
    evaluations INTEGER NOT NULL,
    PRIMARY KEY (scan, resource)
) STRICT, WITHOUT ROWID;

-- What of a control is told with its findings.
CREATE TABLE control_versions (
    key INTEGER PRIMARY KEY,
    control TEXT NOT NULL,
    title TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('informational', 'low', 'medium', 'high', 'critical')),
    frameworks TEXT NOT NULL,
    UNIQUE (control, title, severity, frameworks)
) STRICT;

-- What was said of a resource; scans share it as long as the same is said again.
CREATE TABLE verdicts (
    key INTEGER PRIMARY KEY,
    control_version INTEGER NOT NULL REFERENCES control_versions (key),
    verdict TEXT NOT NULL CHECK (verdict IN ('PASS', 'FAIL', 'ERROR', 'NOT_APPLICABLE', 'MANUAL')),
    reason TEXT,
    evidence TEXT NOT NULL
) STRICT;

CREATE TABLE findings (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    control TEXT NOT NULL,
    provider TEXT NOT NULL,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    resource TEXT NOT NULL,
    type TEXT NOT NULL,
    name TEXT,
    verdict INTEGER NOT NULL REFERENCES verdicts (key),
    status TEXT CHECK (status IN ('OPEN', 'FIXED', 'RESOLVED', 'WAIVED')),
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    last_changed TEXT NOT NULL,
    reopened INTEGER NOT NULL DEFAULT 0,
    last_scan INTEGER NOT NULL REFERENCES scans (key),
    gone_since TEXT,
    -- Also the order in which findings are read.
    UNIQUE (control, account, region, resource, provider)
) STRICT;

CREATE INDEX findings_by_place ON findings (provider, account, region, type);
CREATE INDEX findings_by_resource ON findings (resource);
CREATE INDEX findings_by_status ON findings (status) WHERE status IS NOT NULL;

-- What a scan said of each finding, and where that left it.
CREATE TABLE scan_verdicts (
    scan INTEGER NOT NULL REFERENCES scans (key),
    finding INTEGER NOT NULL REFERENCES findings (key),
    verdict INTEGER NOT NULL REFERENCES verdicts (key),
    status TEXT CHECK (status IN ('OPEN', 'FIXED', 'RESOLVED', 'WAIVED')),
    PRIMARY KEY (scan, finding)
) STRICT, WITHOUT ROWID;

-- Changes of status or verdict, no others.
CREATE TABLE finding_history (
    key INTEGER PRIMARY KEY,
    finding INTEGER NOT NULL REFERENCES findings (key),
    scan INTEGER NOT NULL REFERENCES scans (key),
    at TEXT NOT NULL,
    from_status TEXT CHECK (from_status IN ('OPEN', 'FIXED', 'RESOLVED', 'WAIVED')),
    to_status TEXT CHECK (to_status IN ('OPEN', 'FIXED', 'RESOLVED', 'WAIVED')),
    from_verdict TEXT CHECK (from_verdict IN ('PASS', 'FAIL', 'ERROR', 'NOT_APPLICABLE', 'MANUAL')),
    verdict INTEGER NOT NULL REFERENCES verdicts (key)
) STRICT;

CREATE INDEX finding_history_by_finding ON finding_history (finding);
CREATE INDEX finding_history_by_scan ON finding_history (scan);
