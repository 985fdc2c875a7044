//! The embedded fonts: which characters they show, how wide words are.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Direction, UnicodeBuffer};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::rc::Rc;

/// One of the embedded fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Face {
    /// Running text.
    Regular,
    /// Headings and what matters.
    Bold,
    /// Ids, hashes, commands, values.
    Mono,
}

const DATA: [&[u8]; 3] = [
    include_bytes!("../../../assets/fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../../assets/fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../../assets/fonts/NotoSansMono-Regular.ttf"),
];

struct Loaded {
    shaper: rustybuzz::Face<'static>,
    font: Font,
}

/// A piece of text as glyphs; lengths are in units of the font size.
pub struct Shaped {
    /// The glyphs; their text ranges are those in the text that was shaped.
    pub glyphs: Vec<KrillaGlyph>,
    /// The advance of all of them.
    pub width: f32,
}

/// The fonts, loaded once a report, with the words shaped so far.
pub struct Fonts {
    loaded: [Loaded; 3],
    words: RefCell<HashMap<(Face, String), Rc<Shaped>>>,
}

impl Fonts {
    /// Loads them; none if an embedded file is broken, which the tests rule out.
    pub fn load() -> Option<Self> {
        let load = |data: &'static [u8]| {
            Some(Loaded { shaper: rustybuzz::Face::from_slice(data, 0)?, font: Font::new(data.into(), 0)? })
        };
        Some(Self { loaded: [load(DATA[0])?, load(DATA[1])?, load(DATA[2])?], words: RefCell::default() })
    }

    const fn of(&self, face: Face) -> &Loaded {
        &self.loaded[face as usize]
    }

    /// The font as krilla draws it.
    pub fn font(&self, face: Face) -> Font {
        self.of(face).font.clone()
    }

    /// The glyphs of a text that [`Fonts::visible`] has seen.
    pub fn shape(&self, face: Face, text: &str) -> Rc<Shaped> {
        if let Some(known) = self.words.borrow().get(&(face, text.to_owned())) {
            return Rc::clone(known);
        }
        let shaped = Rc::new(shape(&self.of(face).shaper, text));
        self.words.borrow_mut().insert((face, text.to_owned()), Rc::clone(&shaped));
        shaped
    }

    /// The text with every character that the font cannot show, and every one that shows nothing or turns the order of
    /// the others around, written as `\u{4e2d}`.
    ///
    /// PDF/A forbids glyphs that stand for no character, and an auditor must not be shown less than there is.
    pub fn visible(&self, face: Face, text: &str) -> String {
        let shaper = &self.of(face).shaper;
        let mut shown = String::with_capacity(text.len());
        for character in text.chars() {
            if script_is_simple(character) && shaper.glyph_index(character).is_some() {
                shown.push(character);
            } else {
                // Writing to a String cannot fail.
                let _ = write!(shown, "{}", character.escape_unicode());
            }
        }
        shown
    }
}

/// Scripts that run left to right, one glyph after the other, and nothing that is invisible.
const fn script_is_simple(character: char) -> bool {
    match character {
        '\u{ad}' | '\u{34f}' => false,
        ' '..='~'
        | '\u{a0}'..='\u{52f}'
        | '\u{1d00}'..='\u{1fff}'
        | '\u{2010}'..='\u{2027}'
        | '\u{2030}'..='\u{205e}'
        | '\u{2070}'..='\u{22ff}'
        | '\u{2c60}'..='\u{2c7f}'
        | '\u{a640}'..='\u{a69f}'
        | '\u{a720}'..='\u{a7ff}'
        | '\u{fb00}'..='\u{fb06}' => true,
        _ => false,
    }
}

fn shape(face: &rustybuzz::Face<'static>, text: &str) -> Shaped {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.set_direction(Direction::LeftToRight);
    buffer.guess_segment_properties();
    let output = rustybuzz::shape(face, &[], buffer);
    let scale = face.units_per_em() as f32;
    let starts: Vec<usize> = output.glyph_infos().iter().map(|info| info.cluster as usize).collect();
    let mut width = 0.0;
    let glyphs = output
        .glyph_positions()
        .iter()
        .zip(output.glyph_infos())
        .enumerate()
        .map(|(index, (position, info))| {
            let start = starts[index];
            let end = starts[index..].iter().copied().find(|&other| other > start).unwrap_or(text.len());
            width += position.x_advance as f32 / scale;
            KrillaGlyph::new(
                GlyphId::new(info.glyph_id),
                position.x_advance as f32 / scale,
                position.x_offset as f32 / scale,
                position.y_offset as f32 / scale,
                position.y_advance as f32 / scale,
                start..end,
                None,
            )
        })
        .collect();
    Shaped { glyphs, width }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fonts_hold_latin_greek_and_cyrillic() {
        let fonts = Fonts::load().unwrap();
        for face in [Face::Regular, Face::Bold, Face::Mono] {
            for text in ["Straße, Œuvre, Łódź, İstanbul", "Ελληνικά", "Русский українська", "e\u{301}", "“quoted” – …"]
            {
                assert_eq!(fonts.visible(face, text), text);
                let shaped = fonts.shape(face, text);
                assert!(shaped.glyphs.iter().all(|glyph| glyph.glyph_id.to_u32() != 0));
                assert!(shaped.width > 0.5);
            }
        }
    }

    #[test]
    fn what_no_font_shows_is_written_out() {
        let fonts = Fonts::load().unwrap();
        assert_eq!(fonts.visible(Face::Mono, "a中b"), "a\\u{4e2d}b");
        assert_eq!(fonts.visible(Face::Regular, "\u{1f512}"), "\\u{1f512}");
        assert_eq!(fonts.visible(Face::Regular, "שלום"), "\\u{5e9}\\u{5dc}\\u{5d5}\\u{5dd}");
        assert_eq!(fonts.visible(Face::Regular, "a\u{202e}b\u{200b}\u{7}\u{ad}"), "a\\u{202e}b\\u{200b}\\u{7}\\u{ad}");
        assert_eq!(fonts.visible(Face::Regular, "\u{e000}\u{feff}\0"), "\\u{e000}\\u{feff}\\u{0}");
    }

    #[test]
    fn every_glyph_knows_its_text() {
        let fonts = Fonts::load().unwrap();
        for text in ["office", "AVAVA", "e\u{301}u\u{308}", "a"] {
            let shaped = fonts.shape(Face::Regular, text);
            assert_eq!(shaped.glyphs.first().unwrap().text_range.start, 0);
            assert_eq!(shaped.glyphs.last().unwrap().text_range.end, text.len());
        }
    }
}
