//! What a scan was asked to do, as it is kept with the scan, so that `--resume` can go on with the same.

use crate::control::Selection;
use serde::{Deserialize, Serialize};

/// Selection and targets; never credentials.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Request {
    /// Which controls.
    pub selection: Selection,
    /// `CONTROL.NAME=VALUE` settings.
    pub parameters: Vec<String>,
    /// Where the inventory comes from: `aws`, `demo` or a snapshot file.
    pub source: String,
    /// The regions that were named.
    pub regions: Vec<String>,
    /// The roles that were named.
    pub role_arns: Vec<String>,
}
