//! Pages as they are filled: where headings go, what is repeated, that nothing is lost.

use super::flow::Flow;
use super::fonts::Fonts;
use super::page::{Drawing, Meaning, Page};
use super::structure::Role;
use super::table::{Table, column, numbers};
use super::text::{body, small};
use super::theme::{BOTTOM, MARGIN, TOP, WIDTH};
use super::{Attachments, FINDINGS_JSON, render, testing};

/// The texts of a page with what they mean.
fn texts(page: &Page) -> Vec<(Meaning, String)> {
    let texts = page.drawings.iter().filter_map(|(meaning, drawing)| match drawing {
        Drawing::Text(_, _, piece) => Some((*meaning, piece.text.trim().to_owned())),
        Drawing::Fill(..) => None,
    });
    texts.collect()
}

fn shows(page: &Page, text: &str) -> Option<Meaning> {
    texts(page).into_iter().find(|(_, shown)| shown == text).map(|(meaning, _)| meaning)
}

/// No text or rectangle is outside the area of text.
fn assert_inside(flow: &Flow<'_>) {
    for (_, drawing) in flow.pages.iter().flat_map(|page| &page.drawings) {
        let (x, y, width, height) = match drawing {
            Drawing::Text(x, y, piece) => (*x, *y, piece.width, 0.0),
            Drawing::Fill(x, y, width, height, _) => (*x, *y, *width, *height),
        };
        let across = x >= MARGIN - 0.01 && x + width <= MARGIN + WIDTH + 3.0;
        assert!(across && y >= TOP - 0.01 && y + height <= BOTTOM + 0.6, "{drawing:?}");
    }
}

fn table(rows: usize, cell: &str) -> Table {
    Table {
        summary: "Rows".to_owned(),
        columns: vec![column("Name", 0.5), numbers("Number", 0.5)],
        rows: (0..rows).map(|row| vec![small(format!("row{row}")).into(), small(cell).into()]).collect(),
        empty: "There are no rows.",
    }
}

#[test]
fn a_long_table_repeats_its_header_as_decoration_and_loses_no_row() {
    let fonts = Fonts::load().unwrap();
    let mut flow = Flow::new(&fonts);
    flow.table(&table(200, "1"));
    assert!(flow.pages.len() > 3);
    assert_inside(&flow);
    for (number, page) in flow.pages.iter().enumerate() {
        match shows(page, "Name") {
            Some(Meaning::Mark(_)) => assert_eq!(number, 0, "the header is content once"),
            Some(Meaning::Decoration) => assert!(number > 0),
            None => panic!("page {number} has no header"),
        }
    }
    let all: Vec<_> = flow.pages.iter().flat_map(texts).map(|(_, text)| text).collect();
    assert!((0..200).all(|row| all.contains(&format!("row{row}"))));
}

#[test]
fn a_row_longer_than_a_page_goes_on_and_keeps_every_line() {
    let fonts = Fonts::load().unwrap();
    let mut flow = Flow::new(&fonts);
    let long: Vec<_> = (0..3000).map(|word| format!("w{word}")).collect();
    flow.table(&table(2, &long.join(" ")));
    assert_inside(&flow);
    assert!(flow.pages.len() > 2);
    let all = flow.pages.iter().flat_map(texts).map(|(_, text)| text).collect::<Vec<_>>().join(" ");
    assert!(long.iter().all(|word| all.contains(word.as_str())));
}

#[test]
fn a_table_without_rows_says_so() {
    let fonts = Fonts::load().unwrap();
    let mut flow = Flow::new(&fonts);
    flow.table(&table(0, ""));
    assert!(shows(&flow.pages[0], "There are no rows.").is_some() && shows(&flow.pages[0], "Name").is_none());
}

#[test]
fn a_heading_stays_with_what_it_heads_wherever_the_page_ends() {
    let fonts = Fonts::load().unwrap();
    for used in 0..60 {
        let mut flow = Flow::new(&fonts);
        flow.say("Before.");
        flow.y = BOTTOM - used as f32 * 2.0;
        flow.heading(2, "Heading", "anchor");
        flow.table(&table(3, "1"));
        assert_inside(&flow);
        let page = flow.anchors["anchor"].0;
        let shown = texts(&flow.pages[page]).iter().any(|(_, text)| text == "row0");
        assert!(shown, "with {used} x 2 points left, the table is not on the page of its heading");
    }
}

#[test]
fn a_paragraph_leaves_no_line_alone() {
    let fonts = Fonts::load().unwrap();
    let text = vec!["word"; 200].join(" ");
    for used in 0..80 {
        let mut flow = Flow::new(&fonts);
        flow.say("Before.");
        flow.y = BOTTOM - used as f32 * 2.0;
        flow.paragraph(&[body(text.as_str())]);
        assert_inside(&flow);
        let lines = |page: &Page| texts(page).iter().filter(|(_, text)| text.starts_with("word")).count();
        let counts: Vec<_> = flow.pages.iter().map(lines).filter(|&count| count > 0).collect();
        assert!(counts.iter().all(|&count| count > 1), "with {used} x 2 points left: {counts:?}");
    }
}

#[test]
fn headings_are_numbered_and_listed() {
    let fonts = Fonts::load().unwrap();
    let mut flow = Flow::new(&fonts);
    flow.open(Role::Section);
    for (level, anchor) in [(1, "a"), (2, "b"), (2, "c"), (1, "d"), (2, "e"), (3, "f")] {
        flow.heading(level, "Title", anchor);
        flow.say("Text.");
    }
    flow.close();
    let headings: Vec<_> = flow.headings.iter().map(|heading| heading.text.as_str()).collect();
    assert_eq!(headings, ["1 Title", "1.1 Title", "1.2 Title", "2 Title", "2.1 Title", "2.1.1 Title"]);
    assert_eq!(flow.anchors["d"].0, 1, "a part begins a page");
}

#[test]
fn the_attachment_and_every_fact_changes_the_document() {
    let dossier = testing::dossier();
    let render = |findings: &[u8]| render(&dossier, &Attachments { findings_json: findings }).unwrap();
    assert_eq!(render(b"[]"), render(b"[]"));
    assert_ne!(render(b"[]"), render(b"[1]"));
    assert!(memchr::memmem::find(&render(b"[]"), FINDINGS_JSON.as_bytes()).is_some());
}
