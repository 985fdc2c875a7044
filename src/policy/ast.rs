//! The syntax tree: what was written, before anybody asks whether it makes sense.

use super::error::Span;

/// An expression and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expr {
    pub kind: ExprKind,
    pub span: Span,
    /// The height of the tree below; at most [`super::parser::MAX_DEPTH`], so that recursion over it is safe.
    pub height: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum ExprKind {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Name(String),
    List(Vec<Expr>),
    /// `base.name`
    Field {
        base: Box<Expr>,
        name: Name,
    },
    /// `base[index]`
    Index {
        base: Box<Expr>,
        index: Box<Expr>,
    },
    /// `name(arguments)` or `target.name(arguments)`
    Call {
        target: Option<Box<Expr>>,
        name: Name,
        arguments: Vec<Expr>,
    },
    Not(Box<Expr>),
    Negate(Box<Expr>),
    /// `a && b && c`, flat
    And(Vec<Expr>),
    /// `a || b || c`, flat
    Or(Vec<Expr>),
    Binary {
        operator: Operator,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `condition ? then : otherwise`
    Choice {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
}

/// A name after a dot or before a bracket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub text: String,
    pub span: Span,
}

/// Operators with two operands, without `&&` and `||`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Operator {
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}

impl Expr {
    pub fn new(kind: ExprKind, span: Span) -> Self {
        let height = 1 + match &kind {
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Text(_)
            | ExprKind::Name(_) => 0,
            ExprKind::List(items) | ExprKind::And(items) | ExprKind::Or(items) => tallest(items),
            ExprKind::Field { base, .. } => base.height,
            ExprKind::Index { base, index } => base.height.max(index.height),
            ExprKind::Call { target, arguments, .. } => {
                tallest(arguments).max(target.as_ref().map_or(0, |target| target.height))
            }
            ExprKind::Not(inner) | ExprKind::Negate(inner) => inner.height,
            ExprKind::Binary { left, right, .. } => left.height.max(right.height),
            ExprKind::Choice { condition, then, otherwise } => condition.height.max(then.height).max(otherwise.height),
        };
        Self { kind, span, height }
    }
}

fn tallest(items: &[Expr]) -> usize {
    items.iter().map(|item| item.height).max().unwrap_or(0)
}
