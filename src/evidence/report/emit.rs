//! Writing the pages with krilla, as PDF/A-3a and PDF/UA-1.

use super::ReportError;
use super::flow::{Flow, Heading};
use super::fonts::{Face, Fonts};
use super::page::{Drawing, Meaning, Page};
use super::structure::{Drawn, Structure};
use super::text::{Piece, Span, Style, break_lines};
use super::theme::{self, Color, MARGIN, PAGE_HEIGHT, PAGE_WIDTH, WIDTH};
use krilla::SerializeSettings;
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::embed::EmbeddedFile;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, TagTree};
use std::collections::BTreeMap;

/// What stands at the top and bottom of all pages but the first.
pub struct Frame {
    /// Top left.
    pub left: String,
    /// Top right.
    pub right: String,
    /// Bottom left.
    pub bottom: String,
}

/// The document of these parts.
pub fn emit(
    fonts: &Fonts,
    parts: &[Flow<'_>],
    frame: &Frame,
    metadata: Metadata,
    attachment: EmbeddedFile,
) -> Result<Vec<u8>, ReportError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| ReportError::Pdf(format!("{error:?}")))?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = krilla::Document::new_with(settings);
    let places = Places::of(parts);
    let total: usize = parts.iter().map(|part| part.pages.len()).sum();
    let mut tags = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));
    let mut number = 0;
    for part in parts {
        let first = number;
        let mut drawn = part.structure.undrawn();
        for page in &part.pages {
            number += 1;
            let size = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT)
                .ok_or_else(|| ReportError::Pdf("the page has no size".to_owned()))?;
            let mut out = document.start_page_with(size);
            let mut surface = out.surface();
            draw_page(fonts, &mut surface, page, &mut drawn);
            if number > 1 {
                draw_frame(fonts, &mut surface, frame, number, total);
            }
            surface.finish();
            for link in &page.links {
                let Some(&(page, y)) = places.by_anchor.get(link.anchor.as_str()) else { continue };
                let target = XyzDestination::new(page, Point::from_xy(MARGIN, (y - 8.0).max(0.0)));
                let annotation = LinkAnnotation::new(link.area, Target::Destination(target.into()));
                let text = fonts.visible(Face::Regular, &link.text);
                drawn.links[link.link] =
                    Some(out.add_tagged_annotation(Annotation::new_link(annotation, Some(format!("Go to {text}")))));
            }
            out.finish();
        }
        for tag in Structure::tags(&part.structure, &drawn, first) {
            tags.push(tag);
        }
    }
    document.set_tag_tree(tags);
    document.set_outline(outline(&places.headings));
    document.set_metadata(metadata);
    document.embed_file(attachment).ok_or_else(|| ReportError::Pdf("two attachments have one name".to_owned()))?;
    document.finish().map_err(|error| ReportError::Pdf(told(&error)))
}

/// The language of the report.
pub const LANGUAGE: &str = "en";

fn told(error: &krilla::error::KrillaError) -> String {
    match error {
        krilla::error::KrillaError::Validation(errors) => {
            let first: Vec<_> = errors.iter().take(5).map(|(error, _)| format!("{error:?}")).collect();
            format!("{} rules of PDF/A-3a or PDF/UA-1 are broken: {}", errors.len(), first.join("; "))
        }
        other => other.to_string(),
    }
}

/// Where headings and anchors are in the document.
struct Places<'a> {
    headings: Vec<(&'a Heading, (usize, f32))>,
    by_anchor: BTreeMap<&'a str, (usize, f32)>,
}

impl<'a> Places<'a> {
    fn of(parts: &'a [Flow<'_>]) -> Self {
        let mut places = Self { headings: Vec::new(), by_anchor: BTreeMap::new() };
        let mut first = 0;
        for part in parts {
            let anchors = part.anchors.iter().map(|(name, (page, y))| (name.as_str(), (first + page, *y)));
            places.by_anchor.extend(anchors);
            let headings = part.headings.iter().filter_map(|heading| {
                let (page, y) = part.anchors.get(&heading.anchor)?;
                Some((heading, (first + page, *y)))
            });
            places.headings.extend(headings);
            first += part.pages.len();
        }
        places
    }
}

fn outline(headings: &[(&Heading, (usize, f32))]) -> Outline {
    let mut outline = Outline::new();
    for node in nodes(headings, 1) {
        outline.push_child(node);
    }
    outline
}

/// The bookmarks of one level, those of deeper ones below them.
fn nodes(headings: &[(&Heading, (usize, f32))], level: u16) -> Vec<OutlineNode> {
    let mut found = Vec::new();
    let mut rest = headings;
    while let Some(((heading, (page, y)), after)) = rest.split_first() {
        let end = after.iter().position(|(other, _)| other.level <= level).unwrap_or(after.len());
        let target = XyzDestination::new(*page, Point::from_xy(MARGIN, (y - 8.0).max(0.0)));
        let mut node = OutlineNode::new(heading.text.clone(), target);
        for child in nodes(&after[..end], level + 1) {
            node.push_child(child);
        }
        found.push(node);
        rest = &after[end..];
    }
    found
}

fn draw_page(fonts: &Fonts, surface: &mut Surface<'_>, page: &Page, drawn: &mut Drawn) {
    let mut rest = page.drawings.as_slice();
    while let Some((meaning, _)) = rest.first() {
        let same = rest.iter().take_while(|(other, _)| other == meaning).count();
        match *meaning {
            Meaning::Mark(mark) => drawn.marks[mark].push(surface.start_tagged(ContentTag::Other)),
            Meaning::Decoration => {
                surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
            }
        }
        for (_, drawing) in &rest[..same] {
            match drawing {
                Drawing::Text(x, y, piece) => draw_text(fonts, surface, *x, *y, piece),
                Drawing::Fill(x, y, width, height, color) => {
                    draw_fill(surface, Rect::from_xywh(*x, *y, *width, *height), *color);
                }
            }
        }
        surface.end_tagged();
        rest = &rest[same..];
    }
}

fn fill(Color(red, green, blue): Color) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), opacity: NormalizedF32::ONE, rule: FillRule::default() }
}

fn draw_text(fonts: &Fonts, surface: &mut Surface<'_>, x: f32, y: f32, piece: &Piece) {
    surface.set_fill(Some(fill(piece.style.color)));
    let start = Point::from_xy(x, y);
    surface.draw_glyphs(start, &piece.glyphs, fonts.font(piece.style.face), &piece.text, piece.style.size, false);
}

fn draw_fill(surface: &mut Surface<'_>, area: Option<Rect>, color: Color) {
    let Some(area) = area else { return };
    let mut path = PathBuilder::new();
    path.push_rect(area);
    if let Some(path) = path.finish() {
        surface.set_fill(Some(fill(color)));
        surface.draw_path(&path);
    }
}

const FRAME: Style = Style::new(Face::Regular, 7.5).color(theme::QUIET);

fn draw_frame(fonts: &Fonts, surface: &mut Surface<'_>, frame: &Frame, number: usize, total: usize) {
    let pages = format!("Page {number} of {total}");
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Header)));
    draw_framed(fonts, surface, &frame.left, 44.0, false);
    draw_framed(fonts, surface, &frame.right, 44.0, true);
    draw_fill(surface, Rect::from_xywh(MARGIN, 50.0, WIDTH, 0.5), theme::RULE);
    surface.end_tagged();
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    draw_fill(surface, Rect::from_xywh(MARGIN, PAGE_HEIGHT - 46.0, WIDTH, 0.5), theme::RULE);
    draw_framed(fonts, surface, &frame.bottom, PAGE_HEIGHT - 34.0, false);
    draw_framed(fonts, surface, &pages, PAGE_HEIGHT - 34.0, true);
    surface.end_tagged();
}

/// One line; what is too long for it is cut, since the cover says it in full.
fn draw_framed(fonts: &Fonts, surface: &mut Surface<'_>, text: &str, y: f32, right: bool) {
    let span = Span { text: text.to_owned(), style: FRAME, link: None };
    let lines = break_lines(fonts, &[span], WIDTH * 0.62);
    let Some(line) = lines.first() else { return };
    let left = if right { MARGIN + WIDTH - line.width } else { MARGIN };
    for piece in &line.pieces {
        draw_text(fonts, surface, left + piece.x, y, piece);
    }
}
