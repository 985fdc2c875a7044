//! Tokens to a syntax tree: a Pratt parser that never recurses deeper than [`MAX_DEPTH`] nested parts.

use super::ast::{Expr, ExprKind, Name, Operator};
use super::error::{CompileError, Span};
use super::lexer::{Token, TokenKind, tokens};

/// How deep brackets, calls and operators may be nested.
pub(super) const MAX_DEPTH: usize = 48;

const RESERVED: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
    "in",
];

/// Parses a whole source.
pub(super) fn parse(source: &str) -> Result<Expr, CompileError> {
    let tokens = tokens(source)?;
    let mut parser = Parser { source, tokens: &tokens, at: 0, depth: 0 };
    if tokens.len() == 1 {
        return Err(CompileError::new(Span::default(), "the expression is empty"));
    }
    let expr = parser.expression()?;
    match &parser.peek().kind {
        TokenKind::End => Ok(expr),
        _ => Err(parser.unexpected("an operator or the end")),
    }
}

struct Parser<'t> {
    source: &'t str,
    tokens: &'t [Token],
    at: usize,
    depth: usize,
}

/// How tightly the operators with two operands bind.
const OR: u8 = 1;
const AND: u8 = 2;
const RELATION: u8 = 3;
const SUM: u8 = 4;
const PRODUCT: u8 = 5;

fn binary(kind: &TokenKind) -> Option<(u8, Operator)> {
    Some(match kind {
        TokenKind::Name(name) if name == "in" => (RELATION, Operator::In),
        TokenKind::Symbol(symbol) => match *symbol {
            "==" => (RELATION, Operator::Equal),
            "!=" => (RELATION, Operator::NotEqual),
            "<" => (RELATION, Operator::Less),
            "<=" => (RELATION, Operator::LessOrEqual),
            ">" => (RELATION, Operator::Greater),
            ">=" => (RELATION, Operator::GreaterOrEqual),
            "+" => (SUM, Operator::Add),
            "-" => (SUM, Operator::Subtract),
            "*" => (PRODUCT, Operator::Multiply),
            "/" => (PRODUCT, Operator::Divide),
            "%" => (PRODUCT, Operator::Remainder),
            _ => return None,
        },
        _ => return None,
    })
}

impl<'t> Parser<'t> {
    fn peek(&self) -> &'t Token {
        // The last token is End and nothing moves past it.
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> &'t Token {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn at_symbol(&self, symbol: &str) -> bool {
        matches!(self.peek().kind, TokenKind::Symbol(next) if next == symbol)
    }

    fn accept(&mut self, symbol: &str) -> bool {
        let there = self.at_symbol(symbol);
        if there {
            self.at += 1;
        }
        there
    }

    fn expect(&mut self, symbol: &str) -> Result<Span, CompileError> {
        if self.at_symbol(symbol) { Ok(self.next().span) } else { Err(self.unexpected(&format!("`{symbol}`"))) }
    }

    fn unexpected(&self, wanted: &str) -> CompileError {
        let token = self.peek();
        let found = match token.kind {
            TokenKind::End => "the expression ends".to_owned(),
            _ => format!("`{}` stands", token.span.of(self.source)),
        };
        CompileError::new(token.span, format!("{found} where {wanted} is expected"))
    }

    fn too_deep(span: Span) -> CompileError {
        CompileError::new(span, format!("the expression is nested more than {MAX_DEPTH} levels deep"))
            .hint("split it into several conditions")
    }

    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T, CompileError>) -> Result<T, CompileError> {
        if self.depth == MAX_DEPTH {
            return Err(Self::too_deep(self.peek().span));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// Refuses a tree that has grown too tall, for instance by `a + b + c ...`.
    fn build(kind: ExprKind, span: Span) -> Result<Expr, CompileError> {
        let expr = Expr::new(kind, span);
        if expr.height > MAX_DEPTH { Err(Self::too_deep(span)) } else { Ok(expr) }
    }

    fn expression(&mut self) -> Result<Expr, CompileError> {
        self.nested(|parser| {
            let condition = parser.operators(OR)?;
            if !parser.accept("?") {
                return Ok(condition);
            }
            let then = parser.nested(|parser| parser.operators(OR))?;
            parser.expect(":")?;
            let otherwise = parser.expression()?;
            let span = condition.span.to(otherwise.span);
            let [condition, then, otherwise] = [condition, then, otherwise].map(Box::new);
            Self::build(ExprKind::Choice { condition, then, otherwise }, span)
        })
    }

    /// Operators that bind at least as tightly as `weakest`.
    fn operators(&mut self, weakest: u8) -> Result<Expr, CompileError> {
        let mut left = self.unary()?;
        loop {
            if weakest <= AND && self.at_symbol("&&") {
                left = self.chain(left, "&&", AND + 1, ExprKind::And)?;
            } else if weakest <= OR && self.at_symbol("||") {
                left = self.chain(left, "||", OR + 1, ExprKind::Or)?;
            } else {
                let Some((strength, operator)) = binary(&self.peek().kind).filter(|(strength, _)| *strength >= weakest)
                else {
                    return Ok(left);
                };
                self.next();
                let right = self.operators(strength + 1)?;
                let span = left.span.to(right.span);
                left = Self::build(ExprKind::Binary { operator, left: Box::new(left), right: Box::new(right) }, span)?;
            }
        }
    }

    fn chain(
        &mut self,
        first: Expr,
        symbol: &str,
        tighter: u8,
        kind: fn(Vec<Expr>) -> ExprKind,
    ) -> Result<Expr, CompileError> {
        let mut span = first.span;
        let mut operands = vec![first];
        while self.accept(symbol) {
            let operand = self.operators(tighter)?;
            span = span.to(operand.span);
            operands.push(operand);
        }
        Self::build(kind(operands), span)
    }

    fn unary(&mut self) -> Result<Expr, CompileError> {
        let start = self.peek().span;
        if self.accept("!") {
            let inner = self.nested(Self::unary)?;
            let span = start.to(inner.span);
            return Self::build(ExprKind::Not(Box::new(inner)), span);
        }
        if self.accept("-") {
            match self.peek().kind {
                TokenKind::Int(magnitude) => {
                    let end = self.next().span;
                    let number = 0_i64
                        .checked_sub_unsigned(magnitude)
                        .ok_or_else(|| CompileError::new(start.to(end), "not a 64-bit integer"))?;
                    let literal = Expr::new(ExprKind::Int(number), start.to(end));
                    return self.members(literal);
                }
                TokenKind::Float(number) => {
                    let end = self.next().span;
                    return self.members(Expr::new(ExprKind::Float(-number), start.to(end)));
                }
                _ => {}
            }
            let inner = self.nested(Self::unary)?;
            let span = start.to(inner.span);
            return Self::build(ExprKind::Negate(Box::new(inner)), span);
        }
        let primary = self.primary()?;
        self.members(primary)
    }

    /// What follows a value: `.field`, `.method(...)`, `[index]`.
    fn members(&mut self, mut base: Expr) -> Result<Expr, CompileError> {
        loop {
            let start = base.span;
            if self.accept(".") {
                let name = self.name()?;
                if self.accept("(") {
                    let (arguments, end) = self.arguments(")")?;
                    let target = Some(Box::new(base));
                    base = Self::build(ExprKind::Call { target, name, arguments }, start.to(end))?;
                } else {
                    let span = start.to(name.span);
                    base = Self::build(ExprKind::Field { base: Box::new(base), name }, span)?;
                }
            } else if self.accept("[") {
                let index = self.expression()?;
                let end = self.expect("]")?;
                let kind = ExprKind::Index { base: Box::new(base), index: Box::new(index) };
                base = Self::build(kind, start.to(end))?;
            } else {
                return Ok(base);
            }
        }
    }

    fn name(&mut self) -> Result<Name, CompileError> {
        match &self.peek().kind {
            TokenKind::Name(text) => Ok(Name { text: text.clone(), span: self.next().span }),
            _ => Err(self.unexpected("a name")),
        }
    }

    /// Expressions between commas up to the closing bracket; a last comma is allowed.
    fn arguments(&mut self, close: &str) -> Result<(Vec<Expr>, Span), CompileError> {
        let mut arguments = Vec::new();
        loop {
            if self.at_symbol(close) {
                return Ok((arguments, self.next().span));
            }
            arguments.push(self.expression()?);
            if !self.accept(",") {
                return Ok((arguments, self.expect(close)?));
            }
        }
    }

    fn primary(&mut self) -> Result<Expr, CompileError> {
        let Token { kind, span } = self.peek();
        let kind = match kind {
            TokenKind::Int(magnitude) => {
                let number = i64::try_from(*magnitude).map_err(|_| CompileError::new(*span, "not a 64-bit integer"))?;
                ExprKind::Int(number)
            }
            TokenKind::Float(number) => ExprKind::Float(*number),
            TokenKind::Text(text) => ExprKind::Text(text.clone()),
            TokenKind::Name(name) => match name.as_str() {
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                "null" => ExprKind::Null,
                reserved if RESERVED.contains(&reserved) => return Err(self.unexpected("a value")),
                _ => {
                    let name = self.name()?;
                    if self.accept("(") {
                        let (arguments, end) = self.arguments(")")?;
                        return Self::build(ExprKind::Call { target: None, name, arguments }, span.to(end));
                    }
                    return Ok(Expr::new(ExprKind::Name(name.text), *span));
                }
            },
            TokenKind::Symbol("(") => {
                self.next();
                let mut inner = self.expression()?;
                inner.span = span.to(self.expect(")")?);
                return Ok(inner);
            }
            TokenKind::Symbol("[") => {
                self.next();
                let (items, end) = self.arguments("]")?;
                return Self::build(ExprKind::List(items), span.to(end));
            }
            TokenKind::Symbol(_) | TokenKind::End => return Err(self.unexpected("a value")),
        };
        self.next();
        Ok(Expr::new(kind, *span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree with every bracket written.
    fn shape(expr: &Expr) -> String {
        let all = |items: &[Expr], between: &str| items.iter().map(shape).collect::<Vec<_>>().join(between);
        match &expr.kind {
            ExprKind::Null => "null".into(),
            ExprKind::Bool(value) => value.to_string(),
            ExprKind::Int(value) => value.to_string(),
            ExprKind::Float(value) => format!("{value:?}"),
            ExprKind::Text(value) => format!("{value:?}"),
            ExprKind::Name(name) => name.clone(),
            ExprKind::List(items) => format!("[{}]", all(items, ", ")),
            ExprKind::Field { base, name } => format!("{}.{}", shape(base), name.text),
            ExprKind::Index { base, index } => format!("{}[{}]", shape(base), shape(index)),
            ExprKind::Call { target, name, arguments } => {
                let target = target.as_ref().map(|target| shape(target) + ".").unwrap_or_default();
                format!("{target}{}({})", name.text, all(arguments, ", "))
            }
            ExprKind::Not(inner) => format!("(!{})", shape(inner)),
            ExprKind::Negate(inner) => format!("(-{})", shape(inner)),
            ExprKind::And(items) => format!("({})", all(items, " && ")),
            ExprKind::Or(items) => format!("({})", all(items, " || ")),
            ExprKind::Binary { operator, left, right } => {
                format!("({} {} {})", shape(left), operator.symbol(), shape(right))
            }
            ExprKind::Choice { condition, then, otherwise } => {
                format!("({} ? {} : {})", shape(condition), shape(then), shape(otherwise))
            }
        }
    }

    fn parsed(source: &str) -> String {
        shape(&parse(source).unwrap())
    }

    fn refused(source: &str) -> String {
        parse(source).unwrap_err().message
    }

    #[test]
    fn operators_bind_as_in_cel() {
        assert_eq!(parsed("a || b && c == d + e * -f"), "(a || (b && (c == (d + (e * (-f))))))");
        assert_eq!(parsed("a - b - c"), "((a - b) - c)");
        assert_eq!(parsed("!a.b && c"), "((!a.b) && c)");
        assert_eq!(parsed("a ? b : c ? d : e"), "(a ? b : (c ? d : e))");
        assert_eq!(parsed("a in b == c"), "((a in b) == c)");
        assert_eq!(parsed("a && b || c && d"), "((a && b) || (c && d))");
    }

    #[test]
    fn chains_are_flat() {
        assert_eq!(parsed("a && b && c && d"), "(a && b && c && d)");
        let chain = vec!["a"; 2000].join("||");
        assert_eq!(parse(&chain).unwrap().height, 2);
    }

    #[test]
    fn members_and_calls() {
        assert_eq!(parsed("a.b[1].c(x, 'y',)"), "a.b[1].c(x, \"y\")");
        assert_eq!(parsed("[1, 2.0, [],]"), "[1, 2.0, []]");
        assert_eq!(parsed("(a).b"), "a.b");
    }

    #[test]
    fn the_smallest_integer_can_be_written() {
        assert_eq!(parsed("-9223372036854775808"), "-9223372036854775808");
        assert_eq!(refused("9223372036854775808"), "not a 64-bit integer");
        assert_eq!(refused("-9223372036854775809"), "not a 64-bit integer");
    }

    #[test]
    fn errors_say_what_was_expected() {
        assert_eq!(refused(""), "the expression is empty");
        assert_eq!(refused("a &&"), "the expression ends where a value is expected");
        assert_eq!(refused("a b"), "`b` stands where an operator or the end is expected");
        assert_eq!(refused("(a"), "the expression ends where `)` is expected");
        assert_eq!(refused("a.1"), "`.1` stands where an operator or the end is expected");
        assert_eq!(refused("for"), "`for` stands where a value is expected");
        assert_eq!(refused("a ? b"), "the expression ends where `:` is expected");
        assert_eq!(parse("a && )").unwrap_err().span, 5..6);
    }

    #[test]
    fn depth_is_limited() {
        let nested = |open: &str, close: &str, count: usize| open.repeat(count) + "a" + &close.repeat(count);
        assert!(parse(&nested("(", ")", 47)).is_ok());
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("!", ""),
            ("- ", ""),
            ("a ? b : ", ""),
            ("a ? (", ") : b"),
            ("f(", ")"),
            ("a[", "]"),
        ] {
            assert!(refused(&nested(open, close, 700)).contains("nested"), "{open}");
        }
        assert!(refused(&("a".to_owned() + &".b".repeat(1000))).contains("nested"));
        assert!(refused(&("a".to_owned() + &" + a".repeat(1000))).contains("nested"));
        assert!(refused(&("a".to_owned() + &"()".repeat(1000))).contains("stands"));
    }
}
