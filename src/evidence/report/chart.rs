//! Bar charts. Every bar has its number beside it; colours only help.

use super::flow::{Flow, base_line, styled};
use super::fonts::{Face, Fonts};
use super::page::Drawing;
use super::text::{Style, break_lines};
use super::theme::{Color, WIDTH};
use super::words::count;

/// A part of a bar, or a bar.
#[derive(Debug, Clone)]
pub struct Amount {
    /// What it counts.
    pub label: String,
    /// How many.
    pub number: u64,
    /// Its colour.
    pub color: Color,
}

const LABEL: Style = Style::new(Face::Regular, 8.0);
const NUMBER: Style = Style::new(Face::Bold, 8.0);
const ROW: f32 = 15.0;
const BAR: f32 = 10.0;
const LABELS: f32 = 150.0;
/// Rows of stacks, and lines within their labels.
const STACK: f32 = 21.0;
const LINE: f32 = 9.0;

/// One bar for each amount, below each other, in relation to the greatest.
pub fn bars(flow: &mut Flow<'_>, title: &str, amounts: &[Amount]) {
    let greatest = amounts.iter().map(|amount| amount.number).max().unwrap_or(0).max(1);
    let mut drawings = Vec::new();
    let room = WIDTH - LABELS - 50.0;
    for (index, amount) in amounts.iter().enumerate() {
        let y = index as f32 * ROW;
        text(flow.fonts, &mut drawings, 0.0, y, &amount.label, LABEL);
        let width = room * ratio(amount.number, greatest);
        drawings.push(Drawing::Fill(LABELS, y + (ROW - BAR) / 2.0, width.max(0.7), BAR, amount.color));
        text(flow.fonts, &mut drawings, LABELS + width + 6.0, y, &count(amount.number), NUMBER);
    }
    let told: Vec<_> = amounts.iter().map(|one| format!("{} {}", one.label, count(one.number))).collect();
    flow.figure(amounts.len() as f32 * ROW + 2.0, &format!("Bar chart, {title}: {}", told.join("; ")), drawings);
}

/// A bar whose parts make up the whole.
#[derive(Debug, Clone)]
pub struct Stack {
    /// What it is about.
    pub label: String,
    /// Its parts.
    pub parts: Vec<Amount>,
}

/// Bars of equal length, below each other, with one legend. All have the same parts.
pub fn stacks(flow: &mut Flow<'_>, title: &str, stacks: &[Stack]) {
    let mut drawings = Vec::new();
    let mut told = Vec::new();
    let room = WIDTH - LABELS;
    let mut y = 0.0;
    for stack in stacks {
        // A long name takes a second line, never more.
        let name = LABEL.size(7.4);
        let lines = break_lines(flow.fonts, &[styled(&stack.label, name)], LABELS - 8.0);
        for (index, line) in lines.iter().take(2).enumerate() {
            let middle = index as f32 * LINE - LINE * (lines.len().min(2) - 1) as f32 / 2.0;
            for piece in &line.pieces {
                drawings.push(Drawing::Text(piece.x, base_line(y + middle, STACK, name), piece.clone()));
            }
        }
        let all = stack.parts.iter().map(|part| part.number).sum::<u64>().max(1);
        let mut x = LABELS;
        for part in stack.parts.iter().filter(|part| part.number > 0) {
            let width = room * ratio(part.number, all);
            let gap = if width > 2.0 { 0.8 } else { 0.0 };
            drawings.push(Drawing::Fill(x, y + (STACK - BAR) / 2.0, width - gap, BAR, part.color));
            x += width;
        }
        y += STACK;
        let parts: Vec<_> = stack.parts.iter().map(|part| format!("{} {}", part.label, count(part.number))).collect();
        told.push(format!("{}: {}", stack.label, parts.join(", ")));
    }
    y += 3.0;
    let mut x = LABELS;
    for part in stacks.first().map(|stack| stack.parts.as_slice()).unwrap_or_default() {
        drawings.push(Drawing::Fill(x, y + (ROW - 6.0) / 2.0, 6.0, 6.0, part.color));
        x += 9.0 + text(flow.fonts, &mut drawings, x + 9.0, y, &part.label, LABEL.size(7.4)) + 12.0;
    }
    y += ROW;
    flow.figure(y, &format!("Stacked bar chart, {title}. {}", told.join(". ")), drawings);
}

fn ratio(part: u64, all: u64) -> f32 {
    part as f32 / all as f32
}

/// Draws one line and says how wide it is.
fn text(fonts: &Fonts, drawings: &mut Vec<Drawing>, x: f32, y: f32, words: &str, style: Style) -> f32 {
    let lines = break_lines(fonts, &[styled(words, style)], WIDTH);
    let Some(line) = lines.first() else { return 0.0 };
    for piece in &line.pieces {
        drawings.push(Drawing::Text(x + piece.x, base_line(y, ROW, style), piece.clone()));
    }
    line.width
}
