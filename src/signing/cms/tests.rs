use super::*;
use crate::signing::path::{Origin, PathError, Revocation, Trust};
use crate::signing::{certificate, testing};
use der::{Decode, Encode};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

fn digest(content: &[u8]) -> [u8; 32] {
    Sha256::digest(content).into()
}

#[test]
fn a_signature_proves_content_and_origin() {
    let (identity, trust) = testing::identity();
    for profile in [Profile::File, Profile::Pdf] {
        let cms = sign_detached(&digest(b"content"), &identity, profile).unwrap();
        let verified = verify_detached(&cms, &digest(b"content"), &trust).unwrap();
        assert_eq!(verified.path.origin, Origin::Trusted { root: identity.root_fingerprint().unwrap() });
        assert_eq!(verified.path.revocation, Revocation::NotRevoked);
        assert_eq!(certificate::common_name(&verified.signer), "Example Corp evidence signing");
        assert_eq!(
            verify_detached(&cms, &digest(b"other"), &trust).unwrap_err(),
            VerifyError::OtherContent,
            "{profile:?}"
        );
    }
}

#[test]
fn without_a_given_root_the_origin_stays_unconfirmed() {
    let (identity, _) = testing::identity();
    let cms = sign_detached(&digest(b"content"), &identity, Profile::File).unwrap();
    let verified = verify_detached(&cms, &digest(b"content"), &Trust::default()).unwrap();
    assert_eq!(verified.path.origin, Origin::Unconfirmed { root: identity.root_fingerprint().unwrap() });
}

#[test]
fn another_root_of_the_same_name_is_not_trusted() {
    let (identity, _) = testing::identity();
    let (_, stranger) = testing::identity();
    let cms = sign_detached(&digest(b"content"), &identity, Profile::File).unwrap();
    let error = verify_detached(&cms, &digest(b"content"), &stranger).unwrap_err();
    assert!(matches!(error, VerifyError::Path(PathError::Untrusted { .. })), "{error}");
}

#[test]
fn certificates_count_for_the_claimed_time() {
    let (identity, trust) = testing::identity();
    let cms = sign_detached(&digest(b"content"), &identity, Profile::File).unwrap();
    let verify = |hours: i64| {
        let claimed = Some(Timestamp::now() + SignedDuration::from_hours(hours));
        verify_detached(&cms, &digest(b"content"), &Trust { claimed, ..trust.clone() })
    };
    assert!(verify(24 * 729).is_ok());
    assert!(matches!(verify(24 * 731), Err(VerifyError::Path(PathError::NotValid { .. }))));
    assert!(matches!(verify(-2), Err(VerifyError::Path(PathError::NotValid { .. }))));
    let late = verify(24 * 400).unwrap();
    assert_eq!(late.path.revocation, Revocation::OutOfDate, "the list is a year old by then");
}

#[test]
fn the_same_content_gets_the_same_signature() {
    let (identity, _) = testing::identity();
    let sign = || sign_detached(&digest(b"content"), &identity, Profile::File).unwrap();
    assert_eq!(sign(), sign());
}

#[test]
fn every_changed_byte_is_noticed() {
    let (identity, trust) = testing::identity();
    let cms = sign_detached(&digest(b"content"), &identity, Profile::File).unwrap();
    for index in 0..cms.len() {
        let mut changed = cms.clone();
        changed[index] ^= 1;
        let result = verify_detached(&changed, &digest(b"content"), &trust);
        assert!(result.is_err(), "byte {index} of {} was changed unnoticed", cms.len());
    }
}

#[test]
fn what_follows_a_signature_is_refused() {
    let (identity, trust) = testing::identity();
    let mut cms = sign_detached(&digest(b"content"), &identity, Profile::File).unwrap();
    cms.push(0);
    assert!(matches!(verify_detached(&cms, &digest(b"content"), &trust), Err(VerifyError::Malformed(_))));
}

#[test]
fn a_key_of_another_certificate_is_noticed_at_once() {
    let (mut identity, _) = testing::identity();
    let (other, _) = testing::identity();
    identity.signer = other.signer;
    let error = sign_detached(&digest(b"content"), &identity, Profile::File).unwrap_err();
    assert_eq!(error.what, "the signature that the key made is wrong");
}

#[test]
fn a_signature_has_exactly_the_attributes_of_the_baseline() {
    use cms::{content_info::ContentInfo, signed_data::SignedData};
    let (identity, _) = testing::identity();
    let cms = sign_detached(&digest(b"content"), &identity, Profile::Pdf).unwrap();
    let data: SignedData = ContentInfo::from_der(&cms).unwrap().content.decode_as().unwrap();
    assert!(data.crls.is_none());
    let info = data.signer_infos.0.get(0).unwrap();
    let attributes: Vec<String> =
        info.signed_attrs.iter().flat_map(|it| it.iter()).map(|it| it.oid.to_string()).collect();
    assert_eq!(attributes, ["1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.16.2.47"]);
    assert_eq!(data.to_der().unwrap().len() + 19, cms.len(), "the message is DER");
}

proptest! {
    #[test]
    fn foreign_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(verify_detached(&bytes, &[0; 32], &Trust::default()).is_err());
        let _ = signature_value(&bytes);
        let _ = certificate::read(&bytes);
        let _ = certificate::read_revocation_list(&bytes);
    }
}
