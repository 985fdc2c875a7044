//! Replays a recorded inventory.
