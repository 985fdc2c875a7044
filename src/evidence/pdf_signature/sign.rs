//! Appending a signature.

use super::{BYTE_RANGE, CLAIMED, CLAIMED_FORMAT};
use crate::signing::cms::{Profile, add_timestamp, sign_detached, signature_value};
use crate::signing::tsa::{TimestampError, Timestamper};
use crate::signing::{Identity, SigningError, certificate};
use jiff::Timestamp;
use lopdf::{Dictionary, Document, Object, ObjectId, Writer, dictionary, text_string};
use sha2::{Digest, Sha256};
use std::io::Write as _;

/// What a signature says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureMeta {
    /// Who signs.
    pub name: String,
    /// Why.
    pub reason: String,
    /// Where; may be empty.
    pub location: String,
    /// When, by the signer's own clock.
    pub claimed_time: Timestamp,
}

/// Why a PDF could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// It is not one that this program wrote.
    #[error("the PDF cannot be signed\n  why: {0}\n  next: sign only what the program wrote itself")]
    Unreadable(String),
    /// The certificates are too many or too long.
    #[error(
        "the PDF cannot be signed\n  why: the signature has {0} bytes, more than a PDF signature may have\n  next: use a shorter certificate chain"
    )]
    TooLong(usize),
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] SigningError),
    /// The time-stamping authority gave no time stamp.
    #[error(transparent)]
    Timestamp(#[from] TimestampError),
}

impl From<lopdf::Error> for SignError {
    fn from(error: lopdf::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl From<std::io::Error> for SignError {
    fn from(error: std::io::Error) -> Self {
        Self::Unreadable(error.to_string())
    }
}

/// Room for a signature, and for one with a time stamp.
const ROOM: usize = 8 * 1024;
const ROOM_WITH_STAMP: usize = 16 * 1024;

/// The PDF with a signature over all of it. What `pdf` holds stays as it is; the signature follows.
///
/// # Errors
/// If the PDF is none that [`super::super::report::render`] wrote, the key cannot be used, or the authority gives no
/// time stamp.
pub fn sign(
    pdf: &[u8],
    identity: &Identity,
    meta: &SignatureMeta,
    timestamp: Option<&Timestamper>,
) -> Result<Vec<u8>, SignError> {
    let room = if timestamp.is_some() { ROOM_WITH_STAMP } else { ROOM };
    let (mut signed, hole) = prepare(pdf, identity, meta, room)?;
    let mut hash = Sha256::new();
    hash.update(&signed[..hole.start]);
    hash.update(&signed[hole.end..]);
    let mut cms = sign_detached(&hash.finalize().into(), identity, Profile::Pdf)?;
    if let Some(authority) = timestamp {
        cms = add_timestamp(&cms, &authority.stamp(&signature_value(&cms)?)?)?;
    }
    if cms.len() > room {
        return Err(SignError::TooLong(cms.len()));
    }
    // The hole begins with `<`, its end is `>`; what the signature does not need stays zero.
    for (index, byte) in cms.iter().enumerate() {
        let place = hole.start + 1 + index * 2;
        signed[place..place + 2].copy_from_slice(format!("{byte:02X}").as_bytes());
    }
    Ok(signed)
}

/// The PDF with everything but the signature, and where the signature goes.
fn prepare(
    pdf: &[u8],
    identity: &Identity,
    meta: &SignatureMeta,
    room: usize,
) -> Result<(Vec<u8>, std::ops::Range<usize>), SignError> {
    let document = Document::load_mem(pdf)?;
    let before = last_xref(pdf)?;
    let root = document.trailer.get(b"Root")?.as_reference()?;
    let page = document.page_iter().next().ok_or_else(|| SignError::Unreadable("it has no page".to_owned()))?;
    let mut update = Update { bytes: pdf.to_vec(), offsets: Vec::new(), next: document.max_id + 1 };
    if !update.bytes.ends_with(b"\n") {
        update.bytes.push(b'\n');
    }

    let lists = identity.revocation_lists.iter().map(|list| update.stream(list)).collect::<Result<Vec<_>, _>>()?;
    let chain =
        identity.chain.iter().map(|one| update.stream(&certificate::der(one))).collect::<Result<Vec<_>, _>>()?;
    let store = dictionary! { "Type" => "DSS", "Certs" => references(chain), "CRLs" => references(lists) };
    let store = update.add(&store.into())?;

    let signature = update.reserve();
    // Without area: it shows nothing, which PDF/A and PDF/UA allow only to such fields. Printed and locked.
    let widget = update.add(&Object::Dictionary(dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "T" => text_string("Signature1"),
        "TU" => text_string("Signature of the organisation"), "Contents" => text_string("Signature of the organisation"),
        "Rect" => vec![0.into(), 0.into(), 0.into(), 0.into()], "F" => 132, "V" => signature, "P" => page,
    }))?;
    let mut first = document.get_dictionary(page)?.clone();
    let mut annotations = match first.get(b"Annots") {
        Ok(Object::Reference(id)) => document.get_object(*id)?.as_array()?.clone(),
        Ok(Object::Array(annotations)) => annotations.clone(),
        _ => Vec::new(),
    };
    annotations.push(widget.into());
    first.set("Annots", annotations);
    update.replace(page, &first.into())?;

    let mut catalog = document.get_dictionary(root)?.clone();
    catalog.set("AcroForm", dictionary! { "Fields" => vec![widget.into()], "SigFlags" => 3 });
    catalog.set("Perms", dictionary! { "DocMDP" => signature });
    catalog.set("DSS", store);
    update.replace(root, &catalog.into())?;

    let hole = update.signature(signature, meta, room)?;
    let signed = update.finish(&document.trailer, before, &hole)?;
    Ok((signed, hole))
}

fn references(ids: Vec<ObjectId>) -> Object {
    Object::Array(ids.into_iter().map(Object::Reference).collect())
}

/// Where the last cross-reference section begins; it must be a table, since an update must be of the same kind.
fn last_xref(pdf: &[u8]) -> Result<usize, SignError> {
    let unreadable = || SignError::Unreadable("it has no cross-reference table".to_owned());
    let tail = &pdf[pdf.len().saturating_sub(64)..];
    let tail = String::from_utf8_lossy(tail);
    let number = tail.rsplit_once("startxref").and_then(|(_, rest)| rest.split_whitespace().next()?.parse().ok());
    number.filter(|&at| pdf.get(at..).is_some_and(|rest| rest.starts_with(b"xref"))).ok_or_else(unreadable)
}

/// A revision that is being appended.
struct Update {
    bytes: Vec<u8>,
    offsets: Vec<(ObjectId, usize)>,
    next: u32,
}

impl Update {
    fn reserve(&mut self) -> ObjectId {
        self.next += 1;
        (self.next - 1, 0)
    }

    fn begin(&mut self, id: ObjectId) -> Result<(), SignError> {
        self.offsets.push((id, self.bytes.len()));
        Ok(writeln!(self.bytes, "{} {} obj", id.0, id.1)?)
    }

    fn replace(&mut self, id: ObjectId, object: &Object) -> Result<(), SignError> {
        self.begin(id)?;
        Writer::write_object(&mut self.bytes, object)?;
        self.bytes.extend_from_slice(b"\nendobj\n");
        Ok(())
    }

    fn add(&mut self, object: &Object) -> Result<ObjectId, SignError> {
        let id = self.reserve();
        self.replace(id, object)?;
        Ok(id)
    }

    fn stream(&mut self, content: &[u8]) -> Result<ObjectId, SignError> {
        let id = self.reserve();
        self.begin(id)?;
        write!(self.bytes, "<</Length {}>>\nstream\n", content.len())?;
        self.bytes.extend_from_slice(content);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
        Ok(id)
    }

    /// The signature dictionary, with zeros where numbers and signature go. Answers where the signature goes.
    fn signature(
        &mut self,
        id: ObjectId,
        meta: &SignatureMeta,
        room: usize,
    ) -> Result<std::ops::Range<usize>, SignError> {
        self.begin(id)?;
        self.bytes.extend_from_slice(b"<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached\n");
        self.bytes.extend_from_slice(CLAIMED);
        write!(self.bytes, "{})", meta.claimed_time.strftime(CLAIMED_FORMAT))?;
        for (key, text) in [("Name", &meta.name), ("Reason", &meta.reason), ("Location", &meta.location)] {
            if !text.is_empty() {
                write!(self.bytes, "\n/{key} ")?;
                Writer::write_object(&mut self.bytes, &text_string(text))?;
            }
        }
        // P 2: an auditor may fill in and add signatures, nobody may change anything else.
        self.bytes.extend_from_slice(
            b"\n/Reference [<</Type /SigRef /TransformMethod /DocMDP /TransformParams <</Type /TransformParams /P 2 /V /1.2>>>>]\n",
        );
        self.bytes.extend_from_slice(BYTE_RANGE);
        write!(self.bytes, "{:010} {:010} {:010} {:010}]\n/Contents ", 0, 0, 0, 0)?;
        let start = self.bytes.len();
        self.bytes.push(b'<');
        self.bytes.resize(start + 1 + room * 2, b'0');
        self.bytes.push(b'>');
        let end = self.bytes.len();
        self.bytes.extend_from_slice(b">>\nendobj\n");
        Ok(start..end)
    }

    /// The cross-reference table of this revision, and the numbers of the byte range.
    fn finish(
        mut self,
        trailer: &Dictionary,
        before: usize,
        hole: &std::ops::Range<usize>,
    ) -> Result<Vec<u8>, SignError> {
        let xref = self.bytes.len();
        self.bytes.extend_from_slice(b"xref\n");
        self.offsets.sort_unstable();
        for run in self.offsets.chunk_by(|(one, _), (next, _)| one.0 + 1 == next.0) {
            writeln!(self.bytes, "{} {}", run[0].0.0, run.len())?;
            for (id, offset) in run {
                write!(self.bytes, "{offset:010} {:05} n\r\n", id.1)?;
            }
        }
        let mut next = Dictionary::new();
        for key in [b"Root".as_slice(), b"Info", b"ID"] {
            if let Ok(value) = trailer.get(key) {
                next.set(key, value.clone());
            }
        }
        next.set("Size", i64::from(self.next));
        next.set("Prev", i64::try_from(before).map_err(|error| SignError::Unreadable(error.to_string()))?);
        self.bytes.extend_from_slice(b"trailer\n");
        Writer::write_object(&mut self.bytes, &next.into())?;
        write!(self.bytes, "\nstartxref\n{xref}\n%%EOF\n")?;
        let range = format!("{:010} {:010} {:010} {:010}", 0, hole.start, hole.end, self.bytes.len() - hole.end);
        let at = hole.start - b"]\n/Contents ".len() - range.len();
        self.bytes[at..at + range.len()].copy_from_slice(range.as_bytes());
        Ok(self.bytes)
    }
}
