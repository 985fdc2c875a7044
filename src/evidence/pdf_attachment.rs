//! What is attached to a report, read from bytes that a stranger may have made.

use flate2::read::ZlibDecoder;
use std::io::Read;

/// How far from its type a stream of an attachment begins.
const DICTIONARY: usize = 4096;

/// True if the PDF has attachments, and each is exactly `expected`.
///
/// # Errors
/// What is wrong.
pub fn all_are(pdf: &[u8], expected: &[u8]) -> Result<(), String> {
    let mut found = 0;
    for at in places(pdf, b"/EmbeddedFile") {
        // `/EmbeddedFiles` is the list of names.
        if pdf.get(at + b"/EmbeddedFile".len()).is_some_and(u8::is_ascii_alphanumeric) {
            continue;
        }
        let after = pdf.get(at..(at + DICTIONARY).min(pdf.len())).unwrap_or_default();
        let stream = places(after, b"stream").next().ok_or("an attachment has no content")?;
        let mut begin = at + stream + b"stream".len();
        if pdf.get(begin) == Some(&b'\r') {
            begin += 1;
        }
        let content = pdf.get(begin + 1..).unwrap_or_default();
        let packed = after.get(..stream).is_some_and(|dictionary| places(dictionary, b"/FlateDecode").next().is_some());
        // One byte more than expected is enough to tell another file.
        let most = expected.len() as u64 + 1;
        let mut bytes = Vec::new();
        let read = if packed {
            ZlibDecoder::new(content).take(most).read_to_end(&mut bytes)
        } else {
            content.take(expected.len() as u64).read_to_end(&mut bytes)
        };
        read.map_err(|error| format!("an attachment cannot be read: {error}"))?;
        if bytes != expected {
            return Err("an attachment is another file".to_owned());
        }
        found += 1;
    }
    if found == 0 { Err("it has no attachment".to_owned()) } else { Ok(()) }
}

fn places<'a>(bytes: &'a [u8], text: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(text.len()).enumerate().filter(move |(_, window)| *window == text).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn other_attachments_and_none_are_told() {
        let pdf = b"1 0 obj << /Type /EmbeddedFile /Length 5 >> stream\nhello\nendstream /Names [/EmbeddedFiles 1 0 R]";
        assert_eq!(all_are(pdf, b"hello"), Ok(()));
        assert!(all_are(pdf, b"hallo").is_err());
        assert!(all_are(b"%PDF-1.7", b"hello").is_err());
    }

    proptest! {
        #[test]
        fn strange_bytes_never_panic(
            before in proptest::collection::vec(any::<u8>(), 0..40),
            after in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            for filter in ["", "/FlateDecode"] {
                let mut pdf = before.clone();
                pdf.extend_from_slice(format!("/EmbeddedFile {filter} stream").as_bytes());
                pdf.extend_from_slice(&after);
                let _ = all_are(&pdf, b"x");
            }
        }
    }
}
