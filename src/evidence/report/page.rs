//! Pages before they are drawn: what stands where, and which part of the structure it belongs to.

use super::text::Piece;
use super::theme::Color;
use krilla::geom::Rect;

/// Something to draw. The origin is the upper left corner of the page.
#[derive(Debug, Clone)]
pub enum Drawing {
    /// A piece of text: the left end of its base line.
    Text(f32, f32, Piece),
    /// A filled rectangle: left, top, width, height.
    Fill(f32, f32, f32, f32, Color),
}

/// What a drawing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Content: a mark of the structure.
    Mark(usize),
    /// Decoration: rules, shades, repeated table headers.
    Decoration,
}

/// An area that leads elsewhere.
#[derive(Debug, Clone)]
pub struct LinkArea {
    /// Where it is.
    pub area: Rect,
    /// The anchor that it leads to.
    pub anchor: String,
    /// Its text.
    pub text: String,
    /// The link of the structure.
    pub link: usize,
}

/// A page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// What is drawn, in order.
    pub drawings: Vec<(Meaning, Drawing)>,
    /// Links.
    pub links: Vec<LinkArea>,
}

/// A rectangle; empty ones become a point wide.
pub fn rect(x: f32, y: f32, width: f32, height: f32) -> Option<Rect> {
    Rect::from_xywh(x, y, width.max(1.0), height.max(1.0))
}
