//! The PDF report of an evidence pack: PDF/A-3a, PDF/UA-1, with `findings.json` attached.
//!
//! [`Flow`](flow::Flow) fills pages from the dossier; [`emit`] writes them. The same dossier gives the same bytes.

mod chart;
mod contents;
mod emit;
mod figures;
mod flow;
mod fonts;
mod page;
mod parts;
mod structure;
mod table;
#[cfg(test)]
pub(super) mod testing;
mod text;
mod theme;
mod words;

#[cfg(test)]
mod tests;

use super::dossier::Dossier;
use crate::hash::sha256_hex;
use flow::Flow;
use fonts::{Face, Fonts};
use jiff::Timestamp;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::metadata::{DateTime, Metadata};

/// The files that the report carries.
#[derive(Debug, Clone, Copy)]
pub struct Attachments<'a> {
    /// `findings/findings.json` of the pack, byte for byte.
    pub findings_json: &'a [u8],
}

/// The name of the attached findings.
pub const FINDINGS_JSON: &str = "findings.json";

/// Why no report could be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A font in the binary cannot be read.
    #[error("the PDF report cannot be written\n  why: an embedded font is broken\n  next: install the program again")]
    Font,
    /// The dossier cannot be serialized.
    #[error("the PDF report cannot be written\n  why: {0}\n  next: report this as a bug")]
    Dossier(#[from] serde_json::Error),
    /// krilla refused, for instance since a rule of PDF/A would be broken.
    #[error("the PDF report cannot be written\n  why: {0}\n  next: report this as a bug")]
    Pdf(String),
}

/// Writes the report.
///
/// # Errors
/// If krilla refuses the document, which the tests rule out for every text that a dossier may hold.
pub fn render(dossier: &Dossier, attachments: &Attachments<'_>) -> Result<Vec<u8>, ReportError> {
    let fonts = Fonts::load().ok_or(ReportError::Font)?;
    let figures = figures::Figures::of(dossier);
    let cover = parts::cover(&fonts, dossier, &figures);
    let mut body = Flow::new(&fonts);
    parts::body(&mut body, dossier, &figures);
    // How long the contents are does not depend on the page numbers in them.
    let before = cover.pages.len();
    let pages = contents::contents(&fonts, &body.headings, &body.anchors, 0).pages.len();
    let contents = contents::contents(&fonts, &body.headings, &body.anchors, before + pages);
    let organisation = fonts.visible(Face::Regular, &dossier.organisation);
    let frame = emit::Frame {
        left: dossier.organisation.clone(),
        right: "Cloud compliance evidence report".to_owned(),
        bottom: format!("State of {}", words::time(dossier.as_of)),
    };
    let mut identity = serde_json::to_vec(dossier)?;
    identity.extend_from_slice(attachments.findings_json);
    let metadata = Metadata::new()
        .title(format!("Cloud compliance evidence report: {organisation}"))
        .description(
            "What the controls say of the cloud accounts in scope, on which evidence, and what was not looked at"
                .to_owned(),
        )
        .authors(vec![organisation])
        .creator(format!("ciacm {}", dossier.tool_version))
        .producer("krilla".to_owned())
        .language(emit::LANGUAGE.to_owned())
        .creation_date(date_time(dossier.as_of))
        .document_id(sha256_hex(&identity));
    let attachment = EmbeddedFile {
        path: FINDINGS_JSON.to_owned(),
        mime_type: MimeType::new("application/json"),
        description: Some(
            "Every finding of this report in full, the same file as findings/findings.json of the pack".to_owned(),
        ),
        association_kind: AssociationKind::Data,
        data: attachments.findings_json.to_vec().into(),
        modification_date: Some(date_time(dossier.as_of)),
        compress: Some(true),
        location: None,
    };
    emit::emit(&fonts, &[cover, contents, body], &frame, metadata, attachment)
}

fn date_time(time: Timestamp) -> DateTime {
    let civil = time.to_zoned(jiff::tz::TimeZone::UTC).datetime();
    let small = |number: i8| u8::try_from(number).unwrap_or(0);
    DateTime::new(u16::try_from(civil.year()).unwrap_or(0))
        .month(small(civil.month()))
        .day(small(civil.day()))
        .hour(small(civil.hour()))
        .minute(small(civil.minute()))
        .second(small(civil.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}
