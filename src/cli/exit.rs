//! Exit codes; `docs/cli.md` documents them.

/// Fine.
pub const FINE: u8 = 0;
/// Findings at or above the gate.
pub const FINDINGS: u8 = 1;
/// Wrong use, configuration or credentials: nothing was done.
pub const WRONG_USE: u8 = 2;
/// Something selected could not be evaluated, and the gate held; or a repair was not done.
pub const INCOMPLETE: u8 = 3;
/// A signature, hash, chain, plan or approval did not verify.
pub const INTEGRITY: u8 = 4;
