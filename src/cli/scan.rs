//! `ciacm scan aws|snapshot FILE|demo`.

mod options;
mod progress;
mod request;
mod run;

pub use options::ScanArgs;
pub use run::run;
