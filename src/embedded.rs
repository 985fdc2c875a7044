//! The control library and the framework catalogues that are part of the binary.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
