//! The messages of RFC 3161.

use crate::signing::algorithm::{SHA256, plain};
use der::asn1::{Int, ObjectIdentifier as Oid, OctetString, Utf8StringRef};
use der::{Any, Encode, FixedTag, Sequence, Tag};
use jiff::Timestamp;
use x509_cert::ext::Extensions;
use x509_cert::spki::AlgorithmIdentifierOwned;

/// `MessageImprint`: the hash of what is stamped.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct MessageImprint {
    pub hash_algorithm: AlgorithmIdentifierOwned,
    pub hashed_message: OctetString,
}

/// `TimeStampReq`.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct Request {
    pub version: u8,
    pub message_imprint: MessageImprint,
    #[asn1(optional = "true")]
    pub policy: Option<Oid>,
    #[asn1(optional = "true")]
    pub nonce: Option<Int>,
    #[asn1(default = "Default::default")]
    pub cert_req: bool,
}

impl Request {
    pub fn new(digest: &[u8; 32], nonce: Int) -> der::Result<Self> {
        Ok(Self {
            version: 1,
            message_imprint: MessageImprint {
                hash_algorithm: plain(SHA256),
                hashed_message: OctetString::new(digest.to_vec())?,
            },
            policy: None,
            nonce: Some(nonce),
            cert_req: true,
        })
    }
}

/// `TimeStampResp`.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct Response {
    pub status: Status,
    #[asn1(optional = "true")]
    pub token: Option<Any>,
}

/// `PKIStatusInfo`.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct Status {
    pub status: u32,
    #[asn1(optional = "true")]
    pub text: Option<FreeText>,
    #[asn1(optional = "true")]
    pub failure: Option<der::asn1::BitString>,
}

/// `PKIFreeText`: strings for people.
pub(super) type FreeText = Vec<Any>;

impl Status {
    /// What the authority says, made safe to print.
    pub fn words(&self) -> String {
        let texts = self.text.iter().flatten().filter_map(|text| {
            let text = text.decode_as::<Utf8StringRef<'_>>().ok()?.as_str().to_owned();
            Some(text.chars().filter(|c| !c.is_control()).take(200).collect::<String>())
        });
        let words = texts.take(3).collect::<Vec<_>>().join("; ");
        let status = match self.status {
            2 => "rejection",
            3 => "waiting",
            4 => "revocation warning",
            5 => "revocation notification",
            _ => "unknown status",
        };
        if words.is_empty() {
            format!("status {} ({status})", self.status)
        } else {
            format!("status {} ({status}): {words}", self.status)
        }
    }
}

/// `TSTInfo`: what the authority signs.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct TstInfo {
    pub version: u8,
    pub policy: Oid,
    pub message_imprint: MessageImprint,
    pub serial_number: Int,
    pub time: GenTime,
    #[asn1(optional = "true")]
    pub accuracy: Option<Accuracy>,
    #[asn1(default = "Default::default")]
    pub ordering: bool,
    #[asn1(optional = "true")]
    pub nonce: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    pub authority: Option<Any>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub extensions: Option<Extensions>,
}

/// `Accuracy`.
#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
pub(super) struct Accuracy {
    #[asn1(optional = "true")]
    pub seconds: Option<Int>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    pub millis: Option<Int>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    pub micros: Option<Int>,
}

/// `GeneralizedTime` that may have fractions of a second, which DER allows and X.509 does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GenTime(pub Timestamp, Vec<u8>);

impl FixedTag for GenTime {
    const TAG: Tag = Tag::GeneralizedTime;
}

impl der::EncodeValue for GenTime {
    fn value_len(&self) -> der::Result<der::Length> {
        der::Length::try_from(self.1.len())
    }

    fn encode_value(&self, writer: &mut impl der::Writer) -> der::Result<()> {
        writer.write(&self.1)
    }
}

impl<'a> der::DecodeValue<'a> for GenTime {
    type Error = der::Error;

    fn decode_value<R: der::Reader<'a>>(reader: &mut R, header: der::Header) -> der::Result<Self> {
        let bytes = reader.read_vec(header.length())?;
        let time = parse_time(&bytes).ok_or_else(|| der::Error::from(Self::TAG.value_error()))?;
        Ok(Self(time, bytes))
    }
}

/// `YYYYMMDDhhmmss[.f...]Z`.
fn parse_time(bytes: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(bytes).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 14 || !digits(whole) || fraction.is_some_and(|it| it.is_empty() || it.len() > 9 || !digits(it)) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| whole.get(range)?.parse::<i8>().ok();
    let year = whole.get(..4)?.parse::<i16>().ok()?;
    let nanos = fraction.map_or(Some(0), |fraction| format!("{fraction:0<9}").parse::<i32>().ok())?;
    let time = jiff::civil::Date::new(year, number(4..6)?, number(6..8)?).ok()?;
    let time = time.to_datetime(jiff::civil::Time::new(number(8..10)?, number(10..12)?, number(12..14)?, nanos).ok()?);
    time.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// A random positive number of 8 bytes.
pub(super) fn nonce() -> Option<Int> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).ok()?;
    // Positive, and without leading zeros, which DER forbids.
    bytes[0] = bytes[0] & 0x7f | 0x40;
    Int::new(&bytes).ok()
}

/// The DER of a request.
pub(super) fn encode(request: &Request) -> der::Result<Vec<u8>> {
    request.to_der()
}
