//! Tables: rows over pages, headers repeated, long cells broken.

use super::flow::{Flow, base_line, styled};
use super::fonts::Face;
use super::page::{Drawing, Meaning};
use super::structure::{PartId, Role};
use super::text::{Line, SMALL, Span, Style, leading};
use super::theme::{self, BOTTOM, Color, MARGIN, TOP, WIDTH};

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its title.
    pub title: &'static str,
    /// Its share of the width; the shares of a table add up to anything.
    pub share: f32,
    /// Whether its cells end at the right edge, as numbers do.
    pub right: bool,
}

/// A column of text.
pub const fn column(title: &'static str, share: f32) -> Column {
    Column { title, share, right: false }
}

/// A column of numbers.
pub const fn numbers(title: &'static str, share: f32) -> Column {
    Column { title, share, right: true }
}

/// A cell.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// Its paragraphs.
    pub paragraphs: Vec<Vec<Span>>,
    /// A small square of that colour before the text.
    pub sign: Option<Color>,
}

impl Cell {
    /// With a small square before the text.
    pub const fn sign(mut self, color: Color) -> Self {
        self.sign = Some(color);
        self
    }
}

impl From<Span> for Cell {
    fn from(span: Span) -> Self {
        Self { paragraphs: vec![vec![span]], sign: None }
    }
}

impl From<Vec<Vec<Span>>> for Cell {
    fn from(paragraphs: Vec<Vec<Span>>) -> Self {
        Self { paragraphs, sign: None }
    }
}

/// A table; the first cell of each row names the row.
#[derive(Debug, Clone)]
pub struct Table {
    /// What it holds, in words.
    pub summary: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
    /// What is said instead if it has no rows.
    pub empty: &'static str,
}

const PAD_X: f32 = 4.0;
const PAD_Y: f32 = 3.2;
const SIGN: f32 = 6.0;
const HEAD: Style = Style::new(Face::Bold, 7.6).color(theme::ACCENT);

/// A cell broken into lines, each with its distance to the next.
struct Broken {
    lines: Vec<(Line, f32)>,
    sign: Option<Color>,
}

impl Broken {
    fn height(&self) -> f32 {
        self.lines.iter().map(|(_, leading)| leading).sum()
    }
}

struct Widths {
    lefts: Vec<f32>,
    widths: Vec<f32>,
}

impl Flow<'_> {
    /// A table, or a sentence if it is empty.
    pub fn table(&mut self, table: &Table) {
        if table.rows.is_empty() {
            self.say(table.empty);
            return;
        }
        let widths = widths(&table.columns);
        let head: Vec<_> = table
            .columns
            .iter()
            .zip(&widths.widths)
            .map(|(column, &width)| self.broken(&styled(column.title, HEAD).into(), width))
            .collect();
        let head_height = row_height(&head);
        let mut rows = table.rows.iter();
        let Some(first) = rows.next() else { return };
        let first = self.broken_row(first, &widths);
        self.begin_block((head_height + row_height(&first)).min(BOTTOM - TOP));
        let role = Role::Table(self.fonts.visible(Face::Regular, &table.summary));
        let part = self.structure.part(self.parent(), role);
        let head_part = self.structure.part(Some(part), Role::TableHead);
        let head_row = self.structure.part(Some(head_part), Role::Row);
        let titles: Vec<_> =
            table.columns.iter().map(|_| self.structure.part(Some(head_row), Role::ColumnHeader)).collect();
        self.place_head(table, &head, &widths, Some(&titles));
        let rows_part = self.structure.part(Some(part), Role::TableBody);
        let head = Head { table, cells: head, widths: &widths };
        self.place_row(rows_part, first, &head);
        for row in rows {
            let row = self.broken_row(row, &widths);
            self.place_row(rows_part, row, &head);
        }
        self.y += 10.0;
    }

    /// Names and values, without header.
    pub fn facts(&mut self, summary: &str, facts: Vec<(&'static str, Vec<Vec<Span>>)>) {
        let columns = [column("", 0.27), column("", 0.73)];
        let widths = widths(&columns);
        let part = self.structure.part(self.parent(), Role::Table(summary.to_owned()));
        let rows_part = self.structure.part(Some(part), Role::TableBody);
        let head = Head {
            table: &Table { summary: String::new(), columns: columns.to_vec(), rows: Vec::new(), empty: "" },
            cells: Vec::new(),
            widths: &widths,
        };
        self.begin_block(30.0);
        for (name, value) in facts {
            let name = styled(name, SMALL.color(theme::QUIET));
            let row = self.broken_row(&[name.into(), value.into()], &widths);
            self.place_row(rows_part, row, &head);
        }
        self.y += 10.0;
    }

    fn broken_row(&self, row: &[Cell], widths: &Widths) -> Vec<Broken> {
        row.iter().zip(&widths.widths).map(|(cell, &width)| self.broken(cell, width)).collect()
    }

    fn broken(&self, cell: &Cell, width: f32) -> Broken {
        let width = if cell.sign.is_some() { width - SIGN - 4.0 } else { width };
        let lines = cell
            .paragraphs
            .iter()
            .flat_map(|spans| {
                let leading = leading(spans);
                self.lines(spans, width).into_iter().map(move |line| (line, leading))
            })
            .collect();
        Broken { lines, sign: cell.sign }
    }

    /// The header: content where the table begins, decoration on the pages after.
    fn place_head(&mut self, table: &Table, cells: &[Broken], widths: &Widths, parts: Option<&[PartId]>) {
        if cells.is_empty() {
            return;
        }
        let height = row_height(cells);
        self.decorate(MARGIN, self.y, WIDTH, height, theme::SHADE);
        for (index, cell) in cells.iter().enumerate() {
            let meaning = match parts {
                Some(parts) => Meaning::Mark(self.structure.mark(parts[index])),
                None => Meaning::Decoration,
            };
            let mut y = self.y + PAD_Y;
            for (line, leading) in &cell.lines {
                let x = cell_x(table.columns[index], widths, index, line.width);
                for piece in &line.pieces {
                    let base = base_line(y, *leading, piece.style);
                    self.draw(meaning, Drawing::Text(x + piece.x, base, piece.clone()));
                }
                y += leading;
            }
        }
        self.y += height;
        self.decorate(MARGIN, self.y - 0.4, WIDTH, 0.8, theme::ACCENT);
    }

    fn place_row(&mut self, rows: PartId, mut cells: Vec<Broken>, head: &Head<'_>) {
        let row = self.structure.part(Some(rows), Role::Row);
        let parts: Vec<_> = (0..cells.len())
            .map(|index| self.structure.part(Some(row), if index == 0 { Role::RowHeader } else { Role::Cell }))
            .collect();
        let page = BOTTOM - TOP - row_height(&head.cells);
        loop {
            let height = row_height(&cells);
            // A row goes to the next page as a whole, unless it is longer than a page.
            if !self.fits(height) && (height <= page || !self.fits(page.min(80.0))) {
                self.page_break();
                self.place_head(head.table, &head.cells, head.widths, None);
            }
            let room = BOTTOM - self.y - 2.0 * PAD_Y;
            let mut rest = Vec::new();
            let mut tallest: f32 = 0.0;
            for (index, cell) in cells.iter_mut().enumerate() {
                let kept = lines_within(cell, room);
                let later = cell.lines.split_off(kept);
                self.place_cell(parts[index], cell, index, head);
                tallest = tallest.max(cell.height());
                rest.push(Broken { lines: later, sign: None });
            }
            self.y += tallest + 2.0 * PAD_Y;
            self.decorate(MARGIN, self.y - 0.25, WIDTH, 0.5, theme::RULE);
            if rest.iter().all(|cell| cell.lines.is_empty()) {
                return;
            }
            cells = rest;
            self.page_break();
            self.place_head(head.table, &head.cells, head.widths, None);
        }
    }

    fn place_cell(&mut self, part: PartId, cell: &Broken, index: usize, head: &Head<'_>) {
        let mut y = self.y + PAD_Y;
        let indent = if let Some(color) = cell.sign {
            let first = cell.lines.first().map_or(SMALL.leading(), |(_, leading)| *leading);
            let x = MARGIN + head.widths.lefts[index] + PAD_X;
            self.decorate(x, y + (first - SIGN) / 2.0 + 0.3, SIGN, SIGN, color);
            SIGN + 4.0
        } else {
            0.0
        };
        let lines = cell.lines.iter().map(|(line, leading)| {
            let top = y;
            y += leading;
            (line, cell_x(head.table.columns[index], head.widths, index, line.width) + indent, top, *leading)
        });
        self.place_here(part, lines);
    }
}

struct Head<'a> {
    table: &'a Table,
    cells: Vec<Broken>,
    widths: &'a Widths,
}

/// Left edges and inner widths of the columns.
fn widths(columns: &[Column]) -> Widths {
    let all: f32 = columns.iter().map(|column| column.share).sum();
    let mut left = 0.0;
    let mut widths = Widths { lefts: Vec::new(), widths: Vec::new() };
    for column in columns {
        let outer = WIDTH * column.share / all;
        widths.lefts.push(left);
        widths.widths.push(outer - 2.0 * PAD_X);
        left += outer;
    }
    widths
}

fn cell_x(column: Column, widths: &Widths, index: usize, line: f32) -> f32 {
    let x = MARGIN + widths.lefts[index] + PAD_X;
    if column.right { x + widths.widths[index] - line } else { x }
}

fn row_height(cells: &[Broken]) -> f32 {
    if cells.is_empty() { 0.0 } else { cells.iter().map(Broken::height).fold(0.0, f32::max) + 2.0 * PAD_Y }
}

/// How many lines fit; at least one, so that every page takes some.
fn lines_within(cell: &Broken, room: f32) -> usize {
    let mut used = 0.0;
    let fitting = cell.lines.iter().take_while(|(_, leading)| {
        used += leading;
        used <= room
    });
    fitting.count().max(1).min(cell.lines.len())
}
