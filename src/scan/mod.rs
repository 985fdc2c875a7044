//! A scan: what a provider hands over is evaluated as it arrives and recorded in batches.

pub mod evaluator;
pub mod recorder;

pub use evaluator::Evaluator;
pub use recorder::{Progress, Recorder};
