//! Filling pages from top to bottom: headings, paragraphs, lists, pictures. Tables are in [`super::table`].

use super::fonts::{Face, Fonts};
use super::page::{Drawing, LinkArea, Meaning, Page, rect};
use super::structure::{PartId, Role, Structure};
use super::text::{self, BODY, Line, Span, Style, body, break_lines};
use super::theme::{self, ACCENT, BOTTOM, Color, MARGIN, TOP, WIDTH};
use std::collections::BTreeMap;

/// A heading that was placed.
#[derive(Debug, Clone)]
pub struct Heading {
    /// From 1.
    pub level: u16,
    /// Its text, with its number.
    pub text: String,
    /// The anchor of it.
    pub anchor: String,
}

/// A place that links lead to: the page within its part, and how far down.
pub type Place = (usize, f32);

/// A part of the report: pages that follow each other.
pub struct Flow<'a> {
    /// The fonts.
    pub fonts: &'a Fonts,
    /// The pages so far; never empty.
    pub pages: Vec<Page>,
    /// What they consist of.
    pub structure: Structure,
    /// The headings, in order.
    pub headings: Vec<Heading>,
    /// Where anchors are.
    pub anchors: BTreeMap<String, Place>,
    /// How far down the page is full.
    pub y: f32,
    parents: Vec<PartId>,
    waiting: Vec<Heading>,
    numbers: [usize; 3],
}

/// How far a list item is further in.
const INDENT: f32 = 14.0;

impl<'a> Flow<'a> {
    /// An empty page.
    pub fn new(fonts: &'a Fonts) -> Self {
        Self {
            fonts,
            pages: vec![Page::default()],
            structure: Structure::default(),
            headings: Vec::new(),
            anchors: BTreeMap::new(),
            y: TOP,
            parents: Vec::new(),
            waiting: Vec::new(),
            numbers: [0; 3],
        }
    }

    /// Where the next part goes.
    pub fn parent(&self) -> Option<PartId> {
        self.parents.last().copied()
    }

    /// The index of the current page.
    pub fn page_index(&self) -> usize {
        self.pages.len() - 1
    }

    /// Everything until [`Flow::close`] belongs to a part of that role.
    pub fn open(&mut self, role: Role) {
        let part = self.structure.part(self.parent(), role);
        self.parents.push(part);
    }

    /// See [`Flow::open`].
    pub fn close(&mut self) {
        self.parents.pop();
    }

    /// Draws.
    pub fn draw(&mut self, meaning: Meaning, drawing: Drawing) {
        if let Some(page) = self.pages.last_mut() {
            page.drawings.push((meaning, drawing));
        }
    }

    /// Makes links to that anchor lead to what comes next.
    pub fn anchor_here(&mut self, anchor: &str) {
        self.begin_block(60.0);
        self.anchors.insert(anchor.to_owned(), (self.page_index(), self.y));
    }

    /// Draws a rectangle that means nothing.
    pub fn decorate(&mut self, x: f32, y: f32, width: f32, height: f32, color: Color) {
        self.draw(Meaning::Decoration, Drawing::Fill(x, y, width, height, color));
    }

    /// Begins a page.
    pub fn page_break(&mut self) {
        self.pages.push(Page::default());
        self.y = TOP;
    }

    /// Leaves room, except at the top of a page.
    pub fn space(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// True if that much still fits on the page.
    pub fn fits(&self, height: f32) -> bool {
        self.y + height <= BOTTOM
    }

    /// Places the headings that wait for what they head, and begins a page if not at least `height` fits below.
    pub fn begin_block(&mut self, height: f32) {
        let waiting = std::mem::take(&mut self.waiting);
        let headings: f32 = waiting.iter().map(|heading| self.heading_height(heading)).sum();
        if !self.fits(headings + height) && self.y > TOP {
            self.page_break();
        }
        for heading in waiting {
            self.place_heading(heading);
        }
    }

    /// A numbered heading; it is placed together with what follows. Level 1 begins a page.
    pub fn heading(&mut self, level: u16, text: &str, anchor: &str) {
        let index = usize::from(level).clamp(1, self.numbers.len()) - 1;
        self.numbers[index] += 1;
        self.numbers[index + 1..].fill(0);
        let number: Vec<_> = self.numbers[..=index].iter().map(ToString::to_string).collect();
        self.unnumbered(level, &format!("{} {text}", number.join(".")), anchor);
    }

    /// A heading as it is.
    pub fn unnumbered(&mut self, level: u16, text: &str, anchor: &str) {
        if level == 1 && (self.y > TOP || !self.waiting.is_empty()) {
            self.begin_block(0.0);
            self.page_break();
        }
        self.waiting.push(Heading { level, text: text.to_owned(), anchor: anchor.to_owned() });
    }

    fn heading_style(level: u16) -> (Style, f32, f32) {
        match level {
            1 => (Style::new(Face::Bold, 18.0).color(ACCENT), 0.0, 12.0),
            2 => (Style::new(Face::Bold, 12.5).color(ACCENT), 12.0, 5.0),
            _ => (Style::new(Face::Bold, 10.0), 12.0, 3.0),
        }
    }

    fn heading_height(&self, heading: &Heading) -> f32 {
        let (style, before, after) = Self::heading_style(heading.level);
        before + self.lines(&[styled(&heading.text, style)], WIDTH).len() as f32 * style.leading() + after
    }

    fn place_heading(&mut self, heading: Heading) {
        let (style, before, after) = Self::heading_style(heading.level);
        self.space(before);
        self.anchors.insert(heading.anchor.clone(), (self.page_index(), self.y));
        let shown = self.fonts.visible(Face::Bold, &heading.text);
        let part = self.structure.part(self.parent(), Role::Heading(heading.level, shown.clone()));
        let lines = self.lines(&[styled(&heading.text, style)], WIDTH);
        self.place_lines(part, &lines, MARGIN, style.leading());
        self.y += after;
        self.headings.push(Heading { text: shown, ..heading });
    }

    /// Breaks text.
    pub fn lines(&self, spans: &[Span], width: f32) -> Vec<Line> {
        break_lines(self.fonts, spans, width)
    }

    /// A paragraph of running text.
    pub fn paragraph(&mut self, spans: &[Span]) {
        self.begin_block(text::leading(spans) * 2.0);
        let part = self.structure.part(self.parent(), Role::Paragraph);
        self.text_block(part, spans, MARGIN, WIDTH);
        self.y += 6.0;
    }

    /// A paragraph of plain running text.
    pub fn say(&mut self, words: impl Into<String>) {
        self.paragraph(&[body(words)]);
    }

    /// A paragraph that stands out.
    pub fn note(&mut self, spans: &[Span]) {
        const INSIDE: f32 = 10.0;
        let lines = self.lines(spans, WIDTH - 2.0 * INSIDE);
        let leading = text::leading(spans);
        let height = lines.len() as f32 * leading + 12.0;
        self.begin_block(height.min(BOTTOM - TOP));
        self.decorate(MARGIN, self.y, WIDTH, height.min(BOTTOM - self.y), theme::SHADE);
        self.decorate(MARGIN, self.y, 2.5, height.min(BOTTOM - self.y), ACCENT);
        self.y += 6.0;
        let part = self.structure.part(self.parent(), Role::Paragraph);
        self.place_lines(part, &lines, MARGIN + INSIDE, leading);
        self.y += 6.0 + 8.0;
    }

    /// A list with bullets.
    pub fn bullets(&mut self, items: &[Vec<Span>]) {
        let Some(first) = items.first() else { return };
        self.begin_block(text::leading(first) * 2.0);
        let list = self.structure.part(self.parent(), Role::List);
        for item in items {
            self.begin_block(text::leading(item));
            let part = self.structure.part(Some(list), Role::Item);
            let label = self.structure.part(Some(part), Role::Label);
            let bullet = self.lines(&[body("•").color(theme::QUIET)], INDENT);
            let top = self.y;
            self.place_lines(label, &bullet, MARGIN + 3.0, text::leading(item));
            self.y = top;
            let item_body = self.structure.part(Some(part), Role::ItemBody);
            self.text_block(item_body, item, MARGIN + INDENT, WIDTH - INDENT);
            self.y += 2.5;
        }
        self.y += 4.0;
    }

    /// A picture of that height, with what it says in words. The drawings come with their place relative to its upper
    /// left corner.
    pub fn figure(&mut self, height: f32, alternative: &str, drawings: Vec<Drawing>) {
        self.begin_block(height);
        let (left, top) = (MARGIN, self.y);
        let Some(place) = rect(left, top, WIDTH, height) else { return };
        let role = Role::Figure(self.fonts.visible(Face::Regular, alternative), self.page_index(), place);
        let part = self.structure.part(self.parent(), role);
        let mark = self.structure.mark(part);
        for drawing in drawings {
            let moved = match drawing {
                Drawing::Text(x, y, piece) => Drawing::Text(x + left, y + top, piece),
                Drawing::Fill(x, y, width, height, color) => Drawing::Fill(x + left, y + top, width, height, color),
            };
            self.draw(Meaning::Mark(mark), moved);
        }
        self.y += height + 8.0;
    }

    /// Text that may go over pages, never leaving one line of several alone.
    fn text_block(&mut self, part: PartId, spans: &[Span], x: f32, width: f32) {
        let lines = self.lines(spans, width);
        self.place_lines(part, &lines, x, text::leading(spans).max(BODY.size));
    }

    /// Places lines, going to the next page where one is full.
    pub fn place_lines(&mut self, part: PartId, lines: &[Line], x: f32, leading: f32) {
        let mut rest = lines;
        while !rest.is_empty() {
            let room = ((BOTTOM - self.y) / leading).floor().max(0.0) as usize;
            let mut count = rest.len().min(room);
            if count < rest.len() && rest.len() - count == 1 && count > 2 {
                count -= 1;
            }
            if count == 0 {
                self.page_break();
                continue;
            }
            let top = self.y;
            let placed = rest[..count].iter().enumerate();
            self.place_here(part, placed.map(|(number, line)| (line, x, top + number as f32 * leading, leading)));
            self.y += count as f32 * leading;
            rest = &rest[count..];
            if !rest.is_empty() {
                self.page_break();
            }
        }
    }

    /// Places lines on this page, each at its x and y with its leading; links within them become parts of their own.
    pub fn place_here<'l>(&mut self, part: PartId, lines: impl Iterator<Item = (&'l Line, f32, f32, f32)>) {
        let mut open = None;
        for (line, x, top, leading) in lines {
            for piece in &line.pieces {
                let mark = match &piece.link {
                    None => *open.get_or_insert_with(|| self.structure.mark(part)),
                    Some(anchor) => {
                        open = None;
                        let link = self.structure.part(Some(part), Role::Link);
                        self.link_area(link, anchor, piece.text.trim(), (x + piece.x, top, piece.width, leading));
                        self.structure.mark(link)
                    }
                };
                let base = base_line(top, leading, piece.style);
                self.draw(Meaning::Mark(mark), Drawing::Text(x + piece.x, base, piece.clone()));
            }
        }
    }

    /// Makes an area lead to an anchor: left, top, width, height.
    pub fn link_area(&mut self, part: PartId, anchor: &str, text: &str, (x, y, width, height): (f32, f32, f32, f32)) {
        let Some(area) = rect(x, y, width, height) else { return };
        let link = self.structure.link(part);
        if let Some(page) = self.pages.last_mut() {
            page.links.push(LinkArea { area, anchor: anchor.to_owned(), text: text.to_owned(), link });
        }
    }
}

/// Where the base line of a text is whose line begins at `top`.
pub fn base_line(top: f32, leading: f32, style: Style) -> f32 {
    top + leading * 0.5 + style.size * 0.36
}

/// A text in a style.
pub fn styled(text: &str, style: Style) -> Span {
    Span { text: text.to_owned(), style, link: None }
}
