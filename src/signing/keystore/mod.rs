//! The keys of a home: the organisation's root, its signing keys, and those of approvers.

mod authority;
mod files;
mod index;
mod manage;
mod open;

pub use authority::{Created, Renewal};
pub use index::{Kind, Reason, Role, State};
pub use manage::{Change, Material, RootKey};
pub use open::{KeyInfo, Keystore, RootInfo};

#[cfg(test)]
mod tests;
