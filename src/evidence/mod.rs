//! Evidence packs: what an auditor gets, and how it is verified.

pub mod collect;
pub mod dossier;
pub mod redact;
pub mod resource_file;
