//! Evidence packs: what an auditor gets, and how it is verified.

pub mod dossier;
