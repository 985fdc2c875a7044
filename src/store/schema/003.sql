-- Calls that a scan made, answered or not. What repeats in them is kept once, in `call_texts`.

CREATE TABLE call_texts (
    key INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

-- `number` is the order of recording; `started` and `duration` are milliseconds, the first since 1970.
CREATE TABLE scan_calls (
    scan INTEGER NOT NULL REFERENCES scans (key),
    number INTEGER NOT NULL,
    account INTEGER NOT NULL REFERENCES call_texts (key),
    region INTEGER NOT NULL REFERENCES call_texts (key),
    resource INTEGER REFERENCES call_texts (key),
    call INTEGER NOT NULL REFERENCES call_texts (key),
    request_id TEXT,
    started INTEGER NOT NULL,
    duration INTEGER NOT NULL,
    error INTEGER REFERENCES call_texts (key),
    PRIMARY KEY (scan, number)
) STRICT, WITHOUT ROWID;
