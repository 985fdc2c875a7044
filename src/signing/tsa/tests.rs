use super::message::{GenTime, Request, Response, TstInfo, encode, nonce};
use super::*;
use der::{Decode, DecodeValue, Encode, FixedTag, Header, Length, Reader, SliceReader};
use proptest::prelude::*;

fn time(text: &str) -> Option<String> {
    let header = Header::new(GenTime::TAG, Length::try_from(text.len()).unwrap());
    let mut reader = SliceReader::new(text.as_bytes()).unwrap();
    GenTime::decode_value(&mut reader, header).ok().filter(|_| reader.is_finished()).map(|time| time.0.to_string())
}

#[test]
fn times_may_have_fractions() {
    assert_eq!(time("20261122053000Z").unwrap(), "2026-11-22T05:30:00Z");
    assert_eq!(time("20261122053000.125Z").unwrap(), "2026-11-22T05:30:00.125Z");
    for wrong in [
        "20261122053000",
        "20261322053000Z",
        "20261122053000.Z",
        "2026112205300Z",
        "20261122053000.1234567890Z",
        "-0261122053000Z",
        "20261122053000+0100",
    ] {
        assert_eq!(time(wrong), None, "{wrong}");
    }
}

#[test]
fn requests_are_what_the_standard_says() {
    let nonce = nonce().unwrap();
    let der = encode(&Request::new(&[7; 32], nonce.clone()).unwrap()).unwrap();
    let read = Request::from_der(&der).unwrap();
    assert_eq!((read.version, read.cert_req, read.nonce), (1, true, Some(nonce.clone())));
    assert_eq!(nonce.as_bytes().len(), 8);
    assert!(nonce.as_bytes()[0] < 0x80, "positive");
}

#[test]
fn what_an_authority_says_is_safe_to_print() {
    let answer = b"\x30\x14\x30\x12\x02\x01\x02\x30\x0d\x0c\x0b\x1b[31mfull\x07!";
    let response = Response::from_der(answer).unwrap();
    assert_eq!(response.status.words(), "status 2 (rejection): [31mfull!");
    assert_eq!(response.to_der().unwrap(), answer);
}

proptest! {
    #[test]
    fn foreign_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Response::from_der(&bytes);
        let _ = TstInfo::from_der(&bytes);
        prop_assert!(verify_token(&bytes, b"data", &[]).is_err());
    }
}
