//! Evidence packs: what an auditor gets, and how it is verified.

pub mod actions;
pub mod archive;
mod call_index;
pub mod collect;
pub mod csv;
pub mod dossier;
pub mod export;
pub mod index;
pub mod manifest;
pub mod oscal;
pub mod pdf_attachment;
pub mod pdf_signature;
pub mod proofs;
mod readme;
pub mod redact;
pub mod report;
pub mod resource_file;
pub mod sink;
pub mod verify;
