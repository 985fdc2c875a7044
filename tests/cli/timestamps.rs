//! Time stamps: from an honest authority, checked by openssl too, and from those that lie, break or hang.

use crate::support::tools::tool;
use crate::support::tsa::{KeyKind, Manner, Tsa};
use ciacm::signing::certificate;
use ciacm::signing::path::Origin;
use ciacm::signing::tsa::{Timestamper, TokenError, verify_token};
use std::time::{Duration, Instant};

const DATA: &[u8] = b"what is stamped\n";

fn why(manner: Manner) -> Option<String> {
    let tsa = Tsa::start(manner)?;
    let timestamper = Timestamper::with_patience(&tsa.url(), Duration::from_secs(5)).unwrap();
    let error = timestamper.stamp(DATA).unwrap_err();
    assert_eq!(error.url, tsa.url());
    Some(error.why)
}

#[test]
fn an_honest_authority_stamps_what_openssl_accepts() {
    for kind in [KeyKind::P256, KeyKind::P384, KeyKind::Rsa] {
        let Some(tsa) = Tsa::start_with(Manner::Honest, kind) else { return };
        let token = Timestamper::new(&tsa.url()).unwrap().stamp(DATA).unwrap();
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("data"), DATA).unwrap();
        std::fs::write(directory.path().join("data.tst"), &token).unwrap();
        let openssl = tool("openssl").unwrap().at(directory.path());
        let root = tsa.root();
        let answer = openssl.run([
            "ts",
            "-verify",
            "-data",
            "data",
            "-in",
            "data.tst",
            "-token_in",
            "-CAfile",
            root.to_str().unwrap(),
        ]);
        assert!(answer.success, "{kind:?}: {answer}");

        let roots = certificate::read(&std::fs::read(&root).unwrap()).unwrap();
        let stamped = verify_token(&token, DATA, &roots).unwrap();
        assert_eq!(stamped.authority, "CN=Time stamps, O=Time Ltd");
        assert_eq!(stamped.origin, Origin::Trusted { root: certificate::fingerprint(&roots[0]) });
        let age = jiff::Timestamp::now().duration_since(stamped.time);
        assert!(age.as_secs().abs() < 600, "{age}");
        assert_eq!(verify_token(&token, b"other", &roots).unwrap_err(), TokenError::OtherContent);

        let Some(stranger) = Tsa::start(Manner::Honest) else { return };
        let other = certificate::read(&std::fs::read(stranger.root()).unwrap()).unwrap();
        assert!(matches!(verify_token(&token, DATA, &other), Err(TokenError::Path(_))), "{kind:?}");
        for index in (0..token.len()).step_by(7) {
            let mut changed = token.clone();
            changed[index] ^= 1;
            if let Ok(stamp) = verify_token(&changed, DATA, &roots) {
                assert_eq!(stamp.time, stamped.time, "byte {index}: a change must not move the time");
            }
        }
    }
}

#[test]
fn answers_that_do_not_belong_to_the_request_are_refused() {
    let Some(error) = why(Manner::WrongImprint) else { return };
    assert_eq!(error, "the answer stamps something else than was asked");
    let Some(tsa) = Tsa::start(Manner::WrongNonce) else { return };
    let timestamper = Timestamper::new(&tsa.url()).unwrap();
    assert!(timestamper.stamp(DATA).is_ok(), "the first answer is to the first request");
    let error = timestamper.stamp(DATA).unwrap_err();
    assert_eq!(error.why, "the answer is to another request: its nonce differs");
    assert_eq!(tsa.asked(), 2);
}

#[test]
fn refusals_and_broken_answers_are_told() {
    let Some(error) = why(Manner::Rejects) else { return };
    assert_eq!(error, "the authority refused: status 2 (rejection): full!");
    let told = |manner| why(manner).unwrap();
    assert!(told(Manner::Truncated).starts_with("the answer cannot be read"));
    assert!(told(Manner::Garbage).starts_with("the answer cannot be read"));
    assert_eq!(told(Manner::Huge), "the answer is larger than 65536 bytes");
    assert!(told(Manner::WrongType).starts_with("the answer is no time stamp"));
    assert!(told(Manner::Unavailable).contains("503"));
}

#[test]
fn an_authority_that_is_slow_or_down_is_not_waited_for() {
    let Some(tsa) = Tsa::start(Manner::Slow) else { return };
    let begun = Instant::now();
    let timestamper = Timestamper::with_patience(&tsa.url(), Duration::from_millis(300)).unwrap();
    assert!(timestamper.stamp(DATA).unwrap_err().why.contains("timeout"));
    assert!(begun.elapsed() < Duration::from_secs(20));
    let url = tsa.url();
    drop(tsa);
    assert!(!Timestamper::new(&url).unwrap().stamp(DATA).unwrap_err().why.is_empty());
}

#[test]
fn addresses_must_be_those_of_the_web() {
    for url in ["tsa.example", "ftp://tsa.example/", "https://", "file:///etc/passwd"] {
        assert_eq!(Timestamper::new(url).unwrap_err().why, "this is no http:// or https:// address", "{url}");
    }
}
