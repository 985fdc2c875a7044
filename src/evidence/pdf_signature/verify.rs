//! Checking the signature of a PDF.

use super::{BYTE_RANGE, CLAIMED, CLAIMED_FORMAT};
use crate::signing::cms::{self, Verified, verify_detached};
use crate::signing::path::Trust;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

/// What a good signature of a PDF proves: that no byte of the file was changed since it was signed, and the rest as the
/// signature says.
#[derive(Debug, Clone)]
pub struct VerifiedPdf {
    /// What the signature proves.
    pub signature: Verified,
    /// When the signer says that it signed.
    pub claimed: Option<Timestamp>,
}

/// Why a PDF proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// There is no signature of the kind that this program makes.
    #[error("the PDF has no signature")]
    NotSigned,
    /// Something was added after the last signature, or the numbers were changed.
    #[error("no signature of the PDF covers the whole file")]
    NotWhole,
    /// The place of the signature holds something else.
    #[error("the signature of the PDF cannot be read: {0}")]
    Malformed(&'static str),
    /// The signature does not hold.
    #[error(transparent)]
    Signature(#[from] cms::VerifyError),
}

/// Checks that a signature covers every byte of the PDF but itself, and that it holds. If `trust` claims no time, the
/// one that the PDF claims is taken.
///
/// # Errors
/// [`VerifyError`] says what does not hold.
pub fn verify(pdf: &[u8], trust: &Trust) -> Result<VerifiedPdf, VerifyError> {
    let place = places(pdf).collect::<Vec<_>>();
    let whole = place.iter().find_map(|&at| Signed::read(pdf, at));
    let signed = whole.ok_or(if place.is_empty() { VerifyError::NotSigned } else { VerifyError::NotWhole })?;
    let cms = contents(&pdf[signed.start..signed.end])?;
    let mut hash = Sha256::new();
    hash.update(&pdf[..signed.start]);
    hash.update(&pdf[signed.end..]);
    let claimed = claimed(&pdf[..signed.start]);
    let trust = Trust { claimed: trust.claimed.or(claimed), ..trust.clone() };
    let signature = verify_detached(&cms, &hash.finalize().into(), &trust)?;
    Ok(VerifiedPdf { signature, claimed })
}

/// The byte ranges of all signatures, the last one first.
fn places(pdf: &[u8]) -> impl Iterator<Item = usize> {
    let mut end = pdf.len();
    std::iter::from_fn(move || {
        let at = last(&pdf[..end], BYTE_RANGE)?;
        end = at;
        Some(at + BYTE_RANGE.len())
    })
}

fn last(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::rfind(bytes, wanted)
}

/// The hole in a range that else covers the whole file.
#[derive(Debug, Clone, Copy)]
struct Signed {
    start: usize,
    end: usize,
}

impl Signed {
    /// The four numbers as this program writes them: from the beginning to the hole, from there to the end. Which bytes
    /// the hole is may not be said in any other way, so that a changed number shows.
    fn read(pdf: &[u8], at: usize) -> Option<Self> {
        let text = pdf.get(at..at + 44)?;
        let numbers = std::str::from_utf8(text).ok()?.strip_suffix(']')?;
        let mut numbers = numbers.split(' ').map(|number| {
            let digits = number.len() == 10 && number.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| number.parse::<usize>().ok()).flatten()
        });
        let mut next = || numbers.next().flatten();
        let (zero, start, end, rest) = (next()?, next()?, next()?, next()?);
        let whole =
            zero == 0 && start < end && end.checked_add(rest) == Some(pdf.len()) && start == at + 44 + GAP.len();
        (whole && pdf.get(at + 44..start) == Some(GAP)).then_some(Self { start, end })
    }
}

/// What stands between the numbers and the hole.
const GAP: &[u8] = b"\n/Contents ";

/// The signature in the hole: hex digits in angle brackets, then zeros.
fn contents(hole: &[u8]) -> Result<Vec<u8>, VerifyError> {
    let malformed = VerifyError::Malformed;
    let digits = hole.strip_prefix(b"<").and_then(|rest| rest.strip_suffix(b">"));
    let digits = digits.ok_or(malformed("it has no angle brackets"))?;
    let (pairs, odd) = digits.as_chunks::<2>();
    if !odd.is_empty() {
        return Err(malformed("it has half a byte"));
    }
    let bytes = pairs
        .iter()
        .map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?))
        .collect::<Option<Vec<u8>>>()
        .ok_or(malformed("it has something else than upper-case hexadecimal digits"))?;
    let length = der_length(&bytes).filter(|&length| length <= bytes.len()).ok_or(malformed("it is no DER"))?;
    if bytes[length..].iter().any(|&byte| byte != 0) {
        return Err(malformed("something follows it"));
    }
    Ok(bytes[..length].to_vec())
}

const fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'A'..=b'F' => Some(character - b'A' + 10),
        _ => None,
    }
}

/// How long the first DER value is, with its header.
fn der_length(bytes: &[u8]) -> Option<usize> {
    let &first = bytes.get(1)?;
    if first < 0x80 {
        return Some(2 + usize::from(first));
    }
    let count = usize::from(first & 0x7f);
    let digits = bytes.get(2..2 + count).filter(|_| (1..=4).contains(&count))?;
    let length = digits.iter().fold(0_usize, |length, &byte| length << 8 | usize::from(byte));
    length.checked_add(2 + count)
}

/// The time that the signature dictionary claims; it stands before the byte range.
fn claimed(before: &[u8]) -> Option<Timestamp> {
    let at = last(before, CLAIMED)? + CLAIMED.len();
    let text = std::str::from_utf8(before.get(at..at + 15)?).ok()?;
    DateTime::strptime(CLAIMED_FORMAT, text).ok()?.to_zoned(TimeZone::UTC).ok().map(|time| time.timestamp())
}
