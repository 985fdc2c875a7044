//! Evidence packs: what an auditor gets, and how it is verified.

pub mod collect;
pub mod dossier;
pub mod pdf_signature;
pub mod redact;
pub mod report;
pub mod resource_file;
