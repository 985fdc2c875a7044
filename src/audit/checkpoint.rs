//! Checkpoints: how long a log was, and the root over its entries, in the text of C2SP tlog-checkpoint.

use super::merkle::Hash;
use base64ct::{Base64, Encoding};
use std::fmt;
use std::str::FromStr;

/// What a log was at one moment. Its text is three lines: the log's name, its size, the Merkle root in base64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name.
    pub origin: String,
    /// How many entries it had.
    pub size: u64,
    /// The Merkle root over them.
    pub root: Hash,
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, Base64::encode_string(&self.root))
    }
}

/// A text that is no checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is no checkpoint: {0}")]
pub struct NoCheckpoint(&'static str);

impl FromStr for Checkpoint {
    type Err = NoCheckpoint;

    /// Reads the three lines; further lines, and the signatures that a log witness adds behind an empty one, are left
    /// alone.
    fn from_str(text: &str) -> Result<Self, NoCheckpoint> {
        // Every line of a checkpoint ends.
        let mut lines = text.split_inclusive('\n').map(|line| line.strip_suffix('\n'));
        let mut line = |missing| lines.next().flatten().ok_or(NoCheckpoint(missing));
        let origin = line("its first line, the log's name, is missing")?;
        if origin.trim().is_empty() {
            return Err(NoCheckpoint("its first line, the log's name, is empty"));
        }
        let size = line("its second line, the size, is missing")?;
        let digits = size.bytes().all(|byte| byte.is_ascii_digit()) && (size == "0" || !size.starts_with('0'));
        let size =
            size.parse().ok().filter(|_| digits).ok_or(NoCheckpoint("its second line is no size in decimal digits"))?;
        let root = line("its third line, the root, is missing")?;
        let root = Base64::decode_vec(root).ok().and_then(|root| root.try_into().ok());
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root: root.ok_or(NoCheckpoint("its third line is no SHA-256 in base64"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::merkle::{empty_root, leaf_hash};
    use proptest::prelude::*;

    #[test]
    fn it_reads_back() {
        let checkpoint = Checkpoint { origin: "ciacm/x".to_owned(), size: 7, root: leaf_hash(b"") };
        let text = checkpoint.to_string();
        assert_eq!(text, "ciacm/x\n7\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n");
        assert_eq!(text.parse(), Ok(checkpoint.clone()));
        let witnessed = format!("{text}an extension\n\n\u{2014} witness.example/w AAAA\n");
        assert_eq!(witnessed.parse(), Ok(checkpoint));
    }

    #[test]
    fn what_is_no_checkpoint_is_refused() {
        let root = "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=";
        for bad in [
            String::new(),
            "x\n".to_owned(),
            format!("\n7\n{root}\n"),
            format!("x\n07\n{root}\n"),
            format!("x\n+7\n{root}\n"),
            format!("x\n-7\n{root}\n"),
            format!("x\n99999999999999999999\n{root}\n"),
            format!("x\n7\n{root}"),
            format!("x\n7\r\n{root}\n"),
            format!("x\n7\n{}\n", &root[4..]),
            format!("x\n7\n{root}=\n"),
            "x\n7\n!!!\n".to_owned(),
        ] {
            assert!(bad.parse::<Checkpoint>().is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn foreign_texts_never_panic(text in any::<String>()) {
            let _ = text.parse::<Checkpoint>();
        }

        #[test]
        fn sizes_read_back(size in any::<u64>()) {
            let checkpoint = Checkpoint { origin: "log".to_owned(), size, root: empty_root() };
            prop_assert_eq!(checkpoint.to_string().parse(), Ok(checkpoint));
        }
    }
}
