//! Time stamps of an authority (RFC 3161): asking for one, and checking one.

mod client;
mod message;
mod token;

pub use client::{TimestampError, Timestamper};
pub use token::{StampedTime, TokenError, verify_token};

#[cfg(test)]
mod tests;
