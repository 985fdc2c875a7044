//! What the report consists of, for readers with assistive technology: headings, paragraphs, lists, tables, figures.

use krilla::geom::Rect;
use krilla::tagging::{BBox, Identifier, ListNumbering, TableHeaderScope, Tag, TagGroup, TagKind};
use std::num::NonZeroU16;

/// What a part is.
#[derive(Debug, Clone)]
pub enum Role {
    /// The title of the document.
    Title,
    /// A part with a heading of its own.
    Section,
    /// A heading: its level from 1, its text.
    Heading(u16, String),
    /// A paragraph.
    Paragraph,
    /// A list, its items, their marks and their texts.
    List,
    /// See [`Role::List`].
    Item,
    /// See [`Role::List`].
    Label,
    /// See [`Role::List`].
    ItemBody,
    /// A table with a summary of what it holds.
    Table(String),
    /// The header rows.
    TableHead,
    /// All other rows.
    TableBody,
    /// A row.
    Row,
    /// A cell that names its column.
    ColumnHeader,
    /// A cell that names its row.
    RowHeader,
    /// Any other cell.
    Cell,
    /// A picture: what it says in words, the page within its part, the place on it.
    Figure(String, usize, Rect),
    /// The contents.
    Contents,
    /// An entry of the contents.
    ContentsEntry,
    /// Leads elsewhere.
    Link,
}

/// A part of a [`Structure`].
pub type PartId = usize;

#[derive(Debug, Clone, Copy)]
enum Child {
    Part(PartId),
    Mark(usize),
    Link(usize),
}

#[derive(Debug)]
struct Part {
    role: Role,
    children: Vec<Child>,
}

/// A tree of parts, whose leaves are marks: pieces of what is drawn.
#[derive(Debug, Default)]
pub struct Structure {
    parts: Vec<Part>,
    top: Vec<PartId>,
    marks: usize,
    links: usize,
}

/// What krilla called the marks and links when they were drawn.
#[derive(Debug, Default)]
pub struct Drawn {
    /// By mark; several where something else was drawn in between.
    pub marks: Vec<Vec<Identifier>>,
    /// By link.
    pub links: Vec<Option<Identifier>>,
}

impl Structure {
    /// Adds a part.
    pub fn part(&mut self, parent: Option<PartId>, role: Role) -> PartId {
        let id = self.parts.len();
        self.parts.push(Part { role, children: Vec::new() });
        match parent {
            Some(parent) => self.parts[parent].children.push(Child::Part(id)),
            None => self.top.push(id),
        }
        id
    }

    /// Adds a mark for something that is drawn.
    pub fn mark(&mut self, part: PartId) -> usize {
        self.parts[part].children.push(Child::Mark(self.marks));
        self.marks += 1;
        self.marks - 1
    }

    /// Adds a link annotation to a part of the role [`Role::Link`].
    pub fn link(&mut self, part: PartId) -> usize {
        self.parts[part].children.push(Child::Link(self.links));
        self.links += 1;
        self.links - 1
    }

    /// Room for what krilla will say.
    pub fn undrawn(&self) -> Drawn {
        Drawn { marks: vec![Vec::new(); self.marks], links: vec![None; self.links] }
    }

    /// The tags of the top parts; `first_page` is the index in the document of the first page.
    pub fn tags(&self, drawn: &Drawn, first_page: usize) -> Vec<TagGroup> {
        self.top.iter().map(|&part| self.tag(part, drawn, first_page)).collect()
    }

    fn tag(&self, part: PartId, drawn: &Drawn, first_page: usize) -> TagGroup {
        let Part { role, children } = &self.parts[part];
        let mut group = TagGroup::new(role.tag(first_page));
        for child in children {
            match *child {
                Child::Part(part) => group.push(self.tag(part, drawn, first_page)),
                Child::Mark(mark) => group.children.extend(drawn.marks[mark].iter().map(|&one| one.into())),
                Child::Link(link) => group.children.extend(drawn.links[link].map(Into::into)),
            }
        }
        group
    }
}

impl Role {
    fn tag(&self, first_page: usize) -> TagKind {
        match self {
            Self::Title => Tag::Title.into(),
            Self::Section => Tag::Section.into(),
            Self::Heading(level, text) => {
                Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(text.clone())).into()
            }
            Self::Paragraph => Tag::P.into(),
            Self::List => Tag::L(ListNumbering::Disc).into(),
            Self::Item => Tag::LI.into(),
            Self::Label => Tag::Lbl.into(),
            Self::ItemBody => Tag::LBody.into(),
            Self::Table(summary) => Tag::Table.with_summary(Some(summary.clone())).into(),
            Self::TableHead => Tag::THead.into(),
            Self::TableBody => Tag::TBody.into(),
            Self::Row => Tag::TR.into(),
            Self::ColumnHeader => Tag::TH(TableHeaderScope::Column).into(),
            Self::RowHeader => Tag::TH(TableHeaderScope::Row).into(),
            Self::Cell => Tag::TD.into(),
            Self::Figure(alternative, page, place) => {
                Tag::Figure(Some(alternative.clone())).with_bbox(Some(BBox::new(first_page + page, *place))).into()
            }
            Self::Contents => Tag::TOC.into(),
            Self::ContentsEntry => Tag::TOCI.into(),
            Self::Link => Tag::Link.into(),
        }
    }
}
