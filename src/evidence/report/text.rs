//! Text with styles, and how it is broken into lines.

use super::fonts::{Face, Fonts, Shaped};
use super::theme::{self, Color};
use krilla::text::KrillaGlyph;

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// The font.
    pub face: Face,
    /// Its size.
    pub size: f32,
    /// Its colour.
    pub color: Color,
}

impl Style {
    /// A style in the colour of text.
    pub const fn new(face: Face, size: f32) -> Self {
        Self { face, size, color: theme::INK }
    }

    /// In another colour.
    pub const fn color(self, color: Color) -> Self {
        Self { color, ..self }
    }

    /// In another size.
    pub const fn size(self, size: f32) -> Self {
        Self { size, ..self }
    }

    /// The distance from one line to the next.
    pub fn leading(self) -> f32 {
        (self.size * 1.42 * 4.0).round() / 4.0
    }
}

/// Running text.
pub const BODY: Style = Style::new(Face::Regular, 9.5);
/// Tables and notes.
pub const SMALL: Style = Style::new(Face::Regular, 8.0);

/// A text in one style.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// The text; a line feed ends the line.
    pub text: String,
    /// How it looks.
    pub style: Style,
    /// The anchor that it leads to.
    pub link: Option<String>,
}

impl Span {
    /// Leads to an anchor.
    pub fn link(mut self, anchor: impl Into<String>) -> Self {
        self.link = Some(anchor.into());
        self.style.color = theme::LINK;
        self
    }

    /// In another colour.
    pub fn color(mut self, color: Color) -> Self {
        self.style.color = color;
        self
    }
}

/// Running text.
pub fn body(text: impl Into<String>) -> Span {
    Span { text: text.into(), style: BODY, link: None }
}

/// Running text that matters.
pub fn strong(text: impl Into<String>) -> Span {
    Span { text: text.into(), style: Style { face: Face::Bold, ..BODY }, link: None }
}

/// An id or value in running text.
pub fn code(text: impl Into<String>) -> Span {
    Span { text: text.into(), style: Style { face: Face::Mono, size: 8.6, ..BODY }, link: None }
}

/// Text in a table.
pub fn small(text: impl Into<String>) -> Span {
    Span { text: text.into(), style: SMALL, link: None }
}

/// Text in a table that matters.
pub fn small_strong(text: impl Into<String>) -> Span {
    Span { text: text.into(), style: Style { face: Face::Bold, ..SMALL }, link: None }
}

/// Text in a table that matters less.
pub fn small_quiet(text: impl Into<String>) -> Span {
    Span { text: text.into(), style: SMALL.size(7.4).color(theme::QUIET), link: None }
}

/// An id or value in a table.
pub fn small_code(text: impl Into<String>) -> Span {
    Span { text: text.into(), style: Style { face: Face::Mono, size: 7.3, ..SMALL }, link: None }
}

/// Part of a line in one style.
#[derive(Debug, Clone)]
pub struct Piece {
    /// From the left edge of the line.
    pub x: f32,
    /// How wide.
    pub width: f32,
    /// Its text.
    pub text: String,
    /// Its glyphs.
    pub glyphs: Vec<KrillaGlyph>,
    /// How it looks.
    pub style: Style,
    /// The anchor that it leads to.
    pub link: Option<String>,
}

/// A line of text.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// From left to right.
    pub pieces: Vec<Piece>,
    /// How wide it is.
    pub width: f32,
}

/// The distance that the lines of these spans take from one to the next.
pub fn leading(spans: &[Span]) -> f32 {
    spans.iter().map(|span| span.style.leading()).fold(0.0, f32::max)
}

/// Breaks text into lines of at most `width`; words that are wider are broken where an id has a joint, else anywhere.
pub fn break_lines(fonts: &Fonts, spans: &[Span], width: f32) -> Vec<Line> {
    let mut breaker = Breaker { fonts, width, lines: Vec::new(), line: Line::default() };
    for span in spans {
        for (number, paragraph) in span.text.split('\n').enumerate() {
            if number > 0 {
                breaker.end_line(false);
            }
            breaker.words(span, paragraph);
        }
    }
    breaker.end_line(false);
    breaker.lines
}

struct Breaker<'a> {
    fonts: &'a Fonts,
    width: f32,
    lines: Vec<Line>,
    line: Line,
}

impl Breaker<'_> {
    fn words(&mut self, span: &Span, paragraph: &str) {
        // Only these are places to break; every other kind of space stays, or is written out.
        let is_space = |character: char| matches!(character, ' ' | '\t' | '\r');
        let mut spaced = paragraph.starts_with(is_space);
        for word in paragraph.split(is_space) {
            if word.is_empty() {
                spaced = true;
                continue;
            }
            let word = self.fonts.visible(span.style.face, word);
            self.word(span, &word, spaced);
            spaced = true;
        }
        if paragraph.ends_with(is_space) && !self.line.pieces.is_empty() {
            self.space(span);
        }
    }

    fn word(&mut self, span: &Span, word: &str, spaced: bool) {
        let shaped = self.fonts.shape(span.style.face, word);
        let width = shaped.width * span.style.size;
        let gap = if spaced && self.needs_space() { self.space_width(span) } else { 0.0 };
        if self.line.width + gap + width <= self.width {
            if gap > 0.0 {
                self.space(span);
            }
            self.append(span, word, &shaped);
        } else if width <= self.width {
            self.end_line(true);
            self.append(span, word, &shaped);
        } else {
            // An id wider than the line begins on the same line only if a good part of it fits.
            if self.line.width > self.width * 0.6 {
                self.end_line(true);
            } else if gap > 0.0 {
                self.space(span);
            }
            self.broken(span, word, &shaped);
        }
    }

    fn broken(&mut self, span: &Span, word: &str, shaped: &Shaped) {
        let mut start = 0;
        while start < word.len() {
            let end = self.fitting(span, word, shaped, start);
            let part = &word[start..end];
            let shaped = self.fonts.shape(span.style.face, part);
            self.append(span, part, &shaped);
            if end < word.len() {
                self.end_line(false);
            }
            start = end;
        }
    }

    /// Where the part of a word that begins at `start` must end to fit on the line.
    fn fitting(&self, span: &Span, word: &str, shaped: &Shaped, start: usize) -> usize {
        let room = self.width - self.line.width;
        let (mut used, mut joint, mut end) = (0.0, None, start);
        for glyph in shaped.glyphs.iter().filter(|glyph| glyph.text_range.start >= start) {
            used += glyph.x_advance * span.style.size;
            if used > room && end > start {
                return joint.filter(|joint| (joint - start) * 2 > end - start).unwrap_or(end);
            }
            end = end.max(glyph.text_range.end);
            if word[..end].ends_with(['/', ':', '.', '-', '_', ',', '=', '&', '?', '+', '@']) {
                joint = Some(end);
            }
        }
        word.len()
    }

    fn needs_space(&self) -> bool {
        self.line.pieces.last().is_some_and(|piece| !piece.text.ends_with(' '))
    }

    fn space_width(&self, span: &Span) -> f32 {
        self.fonts.shape(span.style.face, " ").width * span.style.size
    }

    /// A space in the style of the text before it.
    fn space(&mut self, span: &Span) {
        if !self.needs_space() {
            return;
        }
        let same = self.line.pieces.last().is_some_and(|piece| piece.style == span.style && piece.link == span.link);
        let plain = Span { link: None, ..span.clone() };
        let span = if same { span } else { &plain };
        let shaped = self.fonts.shape(span.style.face, " ");
        self.append(span, " ", &shaped);
    }

    fn append(&mut self, span: &Span, text: &str, shaped: &Shaped) {
        let fits = |piece: &&mut Piece| piece.style == span.style && piece.link == span.link;
        let width = shaped.width * span.style.size;
        if self.line.pieces.last_mut().as_ref().is_none_or(|piece| !fits(piece)) {
            self.line.pieces.push(Piece {
                x: self.line.width,
                width: 0.0,
                text: String::new(),
                glyphs: Vec::new(),
                style: span.style,
                link: span.link.clone(),
            });
        }
        if let Some(piece) = self.line.pieces.last_mut() {
            let offset = piece.text.len();
            piece.text.push_str(text);
            piece.glyphs.extend(shaped.glyphs.iter().cloned().map(|mut glyph| {
                glyph.text_range = glyph.text_range.start + offset..glyph.text_range.end + offset;
                glyph
            }));
            piece.width += width;
        }
        self.line.width += width;
    }

    /// Ends the line; one that ends between words keeps the space, so that copied text has it.
    fn end_line(&mut self, between_words: bool) {
        let mut line = std::mem::take(&mut self.line);
        if between_words && let Some(piece) = line.pieces.last_mut().filter(|piece| !piece.text.ends_with(' ')) {
            let shaped = self.fonts.shape(piece.style.face, " ");
            let offset = piece.text.len();
            piece.text.push(' ');
            piece.glyphs.extend(shaped.glyphs.iter().cloned().map(|mut glyph| {
                glyph.text_range = offset..offset + 1;
                glyph
            }));
        }
        self.lines.push(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: f32) -> Vec<String> {
        let fonts = Fonts::load().unwrap();
        let lines = break_lines(&fonts, &[body(text)], width);
        assert!(lines.iter().all(|line| line.width <= width), "a line is too wide");
        lines.into_iter().map(|line| line.pieces.into_iter().map(|piece| piece.text).collect()).collect()
    }

    #[test]
    fn words_go_to_the_next_line_and_keep_their_space() {
        assert_eq!(lines("one two three four", 60.0), ["one two ", "three four"]);
        assert_eq!(lines("", 60.0), [""]);
        assert_eq!(lines("a\nb", 60.0), ["a", "b"]);
    }

    #[test]
    fn long_ids_are_broken_at_joints_and_nothing_is_lost() {
        let arn = "arn:aws:iam::111111111111:role/service-role/a-rather-long-name-of-a-role";
        let broken = lines(arn, 120.0);
        assert!(broken.len() > 2);
        assert_eq!(broken.concat(), arn);
        assert!(broken[0].ends_with([':', '/', '-']), "{broken:?}");
        let blob = "x".repeat(1000);
        assert_eq!(lines(&blob, 120.0).concat(), blob);
        assert_eq!(lines(&"中".repeat(200), 120.0).concat(), "\\u{4e2d}".repeat(200));
    }

    #[test]
    fn a_width_of_nothing_still_ends() {
        assert_eq!(break_lines(&Fonts::load().unwrap(), &[body("abc")], 0.0).len(), 3);
    }

    #[test]
    fn spans_that_touch_stay_together_and_links_do_not_take_the_space_before() {
        let fonts = Fonts::load().unwrap();
        let lines = break_lines(&fonts, &[body("see "), code("A-1").link("a"), body(", then")], 400.0);
        let pieces: Vec<_> = lines[0].pieces.iter().map(|piece| (piece.text.as_str(), piece.link.is_some())).collect();
        assert_eq!(pieces, [("see ", false), ("A-1", true), (", then", false)]);
    }
}
