//! Signing and checking without other people's tools; those are in `tests/cli/pdf.rs`.

use super::*;
use crate::evidence::report::testing::pdf;
use crate::signing::path::{Origin, Trust};
use crate::signing::testing;
use jiff::Timestamp;
use proptest::prelude::*;
use std::sync::LazyLock;

struct Sample {
    plain: Vec<u8>,
    signed: Vec<u8>,
    trust: Trust,
    at: Timestamp,
}

static SAMPLE: LazyLock<Sample> = LazyLock::new(|| {
    let (identity, trust) = testing::identity();
    let plain = pdf();
    let at = Timestamp::from_second(Timestamp::now().as_second()).unwrap();
    let meta = SignatureMeta {
        name: "Ärzte (und) Söhne\\".to_owned(),
        reason: "Evidence".to_owned(),
        location: String::new(),
        claimed_time: at,
    };
    let signed = sign(&plain, &identity, &meta, None).unwrap();
    Sample { plain, signed, trust, at }
});

#[test]
fn what_was_signed_verifies_and_stays_a_prefix() {
    let sample = &*SAMPLE;
    assert!(sample.signed.starts_with(&sample.plain));
    let verified = verify(&sample.signed, &sample.trust).unwrap();
    assert_eq!(verified.claimed, Some(sample.at));
    assert!(matches!(verified.signature.path.origin, Origin::Trusted { .. }));
    let stranger = verify(&sample.signed, &Trust::default()).unwrap();
    assert!(matches!(stranger.signature.path.origin, Origin::Unconfirmed { .. }));
}

#[test]
fn a_pdf_without_signature_and_one_with_something_added_are_told_apart() {
    let sample = &*SAMPLE;
    assert_eq!(verify(&sample.plain, &sample.trust).unwrap_err(), VerifyError::NotSigned);
    let mut longer = sample.signed.clone();
    longer.push(b'\n');
    assert_eq!(verify(&longer, &sample.trust).unwrap_err(), VerifyError::NotWhole);
    assert_eq!(verify(&longer[..longer.len() - 2], &sample.trust).unwrap_err(), VerifyError::NotWhole);
    assert_eq!(verify(b"", &sample.trust).unwrap_err(), VerifyError::NotSigned);
}

#[test]
fn a_signature_of_another_document_does_not_fit() {
    let sample = &*SAMPLE;
    let at = memchr::memmem::find(&sample.signed, b"Example").unwrap_or(100);
    let mut other = sample.signed.clone();
    other[at] ^= 1;
    assert!(matches!(verify(&other, &sample.trust), Err(VerifyError::Signature(_))));
}

#[test]
fn only_a_pdf_of_ours_is_signed() {
    let (identity, _) = testing::identity();
    let meta = SignatureMeta {
        name: String::new(),
        reason: String::new(),
        location: String::new(),
        claimed_time: Timestamp::UNIX_EPOCH,
    };
    for pdf in [b"".as_slice(), b"%PDF-1.7\n%%EOF", b"startxref\n99999999999999999999\n%%EOF"] {
        assert!(matches!(sign(pdf, &identity, &meta, None), Err(SignError::Unreadable(_))));
    }
}

/// Where the signature itself is: not all of it is signed, for instance the copies of certificates in it.
fn hole(signed: &[u8]) -> std::ops::Range<usize> {
    let start = memchr::memmem::rfind(signed, b"/Contents <").unwrap() + 10;
    start..start + memchr::memchr(b'>', &signed[start..]).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_flipped_bit_outside_the_signature_is_noticed(at in 0_usize..usize::MAX, bit in 0_u8..8) {
        let sample = &*SAMPLE;
        let at = at % sample.signed.len();
        prop_assume!(!hole(&sample.signed).contains(&at));
        let mut changed = sample.signed.clone();
        changed[at] ^= 1 << bit;
        prop_assert!(verify(&changed, &sample.trust).is_err());
    }

    #[test]
    fn changed_signatures_and_padding_never_panic(at in 0_usize..usize::MAX, byte: u8) {
        let sample = &*SAMPLE;
        let hole = hole(&sample.signed);
        let mut changed = sample.signed.clone();
        changed[hole.start + at % hole.len()] = byte;
        let _ = verify(&changed, &sample.trust);
    }

    #[test]
    fn hostile_bytes_never_panic(
        start in proptest::collection::vec(any::<u8>(), 0..80),
        numbers in proptest::collection::vec(0_u64..1 << 34, 4),
        hole in proptest::collection::vec(any::<u8>(), 0..80),
    ) {
        let mut bytes = start;
        bytes.extend_from_slice(BYTE_RANGE);
        let numbers: Vec<_> = numbers.iter().map(|number| format!("{number:010}")).collect();
        bytes.extend_from_slice(numbers.join(" ").as_bytes());
        bytes.extend_from_slice(b"]\n/Contents <");
        bytes.extend_from_slice(&hole);
        prop_assert!(verify(&bytes, &Trust::default()).is_err());
    }
}

#[test]
fn padding_must_be_zero() {
    let sample = &*SAMPLE;
    let mut changed = sample.signed.clone();
    let end = hole(&changed).end;
    changed[end - 1] = b'1';
    assert_eq!(verify(&changed, &sample.trust).unwrap_err(), VerifyError::Malformed("something follows it"));
}
