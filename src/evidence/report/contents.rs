//! The table of contents.

use super::flow::{Flow, Heading, Place, base_line, styled};
use super::fonts::{Face, Fonts};
use super::page::{Drawing, Meaning};
use super::structure::Role;
use super::text::Style;
use super::theme::{self, MARGIN, WIDTH};
use std::collections::BTreeMap;

/// The deepest heading that is listed.
const DEEPEST: u16 = 2;

/// The contents of a part that begins at the page of index `first_page` of the document.
pub fn contents<'a>(
    fonts: &'a Fonts,
    headings: &[Heading],
    anchors: &BTreeMap<String, Place>,
    first_page: usize,
) -> Flow<'a> {
    let mut flow = Flow::new(fonts);
    flow.open(Role::Section);
    flow.unnumbered(1, "Contents", "contents");
    flow.begin_block(40.0);
    flow.open(Role::Contents);
    for heading in headings.iter().filter(|heading| heading.level <= DEEPEST) {
        let Some((page, _)) = anchors.get(&heading.anchor) else { continue };
        entry(&mut flow, heading, first_page + page + 1);
    }
    flow.close();
    flow.close();
    flow
}

fn entry(flow: &mut Flow<'_>, heading: &Heading, number: usize) {
    let (style, indent, before) = if heading.level == 1 {
        (Style::new(Face::Bold, 9.5), 0.0, 7.0)
    } else {
        (Style::new(Face::Regular, 8.8), 14.0, 0.0)
    };
    let leading = style.leading() + 1.0;
    let lines = flow.lines(&[styled(&heading.text, style)], WIDTH - indent - 40.0);
    let height = lines.len() as f32 * leading;
    if !flow.fits(before + height) {
        flow.page_break();
    }
    flow.space(before);
    let entry = flow.structure.part(flow.parent(), Role::ContentsEntry);
    let link = flow.structure.part(Some(entry), Role::Link);
    let mark = flow.structure.mark(link);
    let top = flow.y;
    let mut end = 0.0;
    for (index, line) in lines.iter().enumerate() {
        let base = base_line(top + index as f32 * leading, leading, style);
        end = MARGIN + indent + line.width;
        for piece in &line.pieces {
            let x = MARGIN + indent + piece.x;
            flow.draw(Meaning::Mark(mark), Drawing::Text(x, base, piece.clone()));
        }
    }
    let base = base_line(top + height - leading, leading, style);
    let shown = flow.lines(&[styled(&number.to_string(), style)], WIDTH);
    for (line, piece) in shown.iter().flat_map(|line| line.pieces.iter().map(move |piece| (line, piece))) {
        let x = MARGIN + WIDTH - line.width;
        if x - end > 12.0 {
            flow.decorate(end + 6.0, base - 0.3, x - end - 12.0, 0.4, theme::RULE);
        }
        flow.draw(Meaning::Mark(mark), Drawing::Text(x, base, piece.clone()));
    }
    flow.link_area(link, &heading.anchor, &heading.text, (MARGIN, top, WIDTH, height));
    flow.y += height;
}
