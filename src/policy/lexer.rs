//! Source text to tokens.

use super::error::{CompileError, Span};

/// The longest source, in bytes.
pub(super) const MAX_SOURCE: usize = 8 * 1024;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    Name(String),
    /// Without its sign, because `-9223372036854775808` is a number and `9223372036854775808` is none.
    Int(u64),
    Float(f64),
    Text(String),
    Symbol(&'static str),
    End,
}

/// Longer symbols first.
const SYMBOLS: &[&str] = &[
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "-", "+", "*", "/", "%", "?", ":", ".", ",", "(", ")", "[", "]",
];

/// Splits the source; the last token is always [`TokenKind::End`].
pub(super) fn tokens(source: &str) -> Result<Vec<Token>, CompileError> {
    if source.len() > MAX_SOURCE {
        return Err(CompileError::new(
            Span::new(MAX_SOURCE..source.len().min(u32::MAX as usize)),
            format!("the expression has {} bytes, at most {MAX_SOURCE} are allowed", source.len()),
        )
        .hint("split it into several conditions, or use a parameter for a long list"));
    }
    let mut lexer = Lexer { source, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blanks();
        let start = lexer.at;
        let kind = lexer.token()?;
        let end = kind == TokenKind::End;
        tokens.push(Token { kind, span: Span::new(start..lexer.at) });
        if end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
}

impl<'s> Lexer<'s> {
    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'s str {
        let rest = self.rest();
        let length = rest.find(|character| !wanted(character)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn skip_blanks(&mut self) {
        loop {
            self.take_while(|character| matches!(character, ' ' | '\t' | '\r' | '\n' | '\u{c}'));
            if !self.rest().starts_with("//") {
                return;
            }
            self.take_while(|character| character != '\n');
        }
    }

    fn token(&mut self) -> Result<TokenKind, CompileError> {
        let Some(first) = self.peek() else { return Ok(TokenKind::End) };
        if matches!(first, '"' | '\'') {
            return self.text(false);
        }
        if matches!(first, 'r' | 'R') && self.rest()[1..].starts_with(['"', '\'']) {
            self.at += 1;
            return self.text(true);
        }
        let second = self.rest().chars().nth(1);
        if first.is_ascii_digit() || (first == '.' && second.is_some_and(|digit| digit.is_ascii_digit())) {
            return self.number();
        }
        if first.is_ascii_alphabetic() || first == '_' {
            let name = self.take_while(|character| character.is_ascii_alphanumeric() || character == '_');
            if matches!(name, "b" | "B" | "br" | "bR" | "Br" | "BR") && self.rest().starts_with(['"', '\'']) {
                return Err(self.error(self.at - name.len()..self.at, "byte strings are not part of the language"));
            }
            return Ok(TokenKind::Name(name.to_owned()));
        }
        if let Some(symbol) = SYMBOLS.iter().find(|symbol| self.rest().starts_with(**symbol)) {
            self.at += symbol.len();
            return Ok(TokenKind::Symbol(symbol));
        }
        let error =
            self.error(self.at..self.at + first.len_utf8(), format!("unexpected character `{}`", first.escape_debug()));
        Err(match first {
            '&' => error.hint("write `&&`"),
            '|' => error.hint("write `||`"),
            '=' => error.hint("write `==`"),
            '{' => error.hint("maps are not part of the language"),
            '“' | '”' | '‘' | '’' => error.hint("use straight quotes"),
            _ => error,
        })
    }

    #[expect(clippy::unused_self, reason = "reads as what it is")]
    fn error(&self, range: std::ops::Range<usize>, message: impl Into<String>) -> CompileError {
        CompileError::new(Span::new(range), message)
    }

    fn number(&mut self) -> Result<TokenKind, CompileError> {
        let start = self.at;
        if self.rest().starts_with("0x") || self.rest().starts_with("0X") {
            self.at += 2;
            let digits = self.take_while(|character| character.is_ascii_hexdigit());
            let kind = u64::from_str_radix(digits, 16)
                .map(TokenKind::Int)
                .map_err(|_| self.error(start..self.at, "not a 64-bit integer"))?;
            return self.end_number(start, kind);
        }
        self.take_while(|character| character.is_ascii_digit());
        let mut whole = true;
        let mut after_dot = self.rest().chars().skip(1);
        if self.peek() == Some('.') && after_dot.next().is_some_and(|digit| digit.is_ascii_digit()) {
            whole = false;
            self.at += 1;
            self.take_while(|character| character.is_ascii_digit());
        }
        if let Some(exponent) = self.rest().strip_prefix(['e', 'E']) {
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if digits.starts_with(|digit: char| digit.is_ascii_digit()) {
                whole = false;
                self.at += 1 + exponent.len() - digits.len();
                self.take_while(|character| character.is_ascii_digit());
            }
        }
        let written = &self.source[start..self.at];
        let kind = if whole {
            let number = written.parse().map_err(|_| self.error(start..self.at, "not a 64-bit integer"))?;
            TokenKind::Int(number)
        } else {
            match written.parse::<f64>() {
                Ok(number) if number.is_finite() => TokenKind::Float(number),
                _ => return Err(self.error(start..self.at, "not a 64-bit float")),
            }
        };
        self.end_number(start, kind)
    }

    fn end_number(&mut self, start: usize, kind: TokenKind) -> Result<TokenKind, CompileError> {
        let tail = self.take_while(|character| character.is_ascii_alphanumeric() || character == '_');
        if tail.is_empty() {
            return Ok(kind);
        }
        let error = self.error(start..self.at, format!("`{}` is not a number", &self.source[start..self.at]));
        Err(match tail {
            "u" | "U" => error.hint("there are no unsigned integers; leave the `u` out"),
            "d" | "h" | "m" | "s" | "w" | "ms" => {
                error.hint(format!("write `duration(\"{}\")`", &self.source[start..self.at]))
            }
            _ => error,
        })
    }

    /// A text, its opening quote next.
    fn text(&mut self, raw: bool) -> Result<TokenKind, CompileError> {
        let start = self.at;
        let rest = self.rest();
        let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| rest.starts_with(quote)).unwrap_or("\"");
        self.at += quote.len();
        let mut text = String::new();
        loop {
            if self.rest().starts_with(quote) {
                self.at += quote.len();
                return Ok(TokenKind::Text(text));
            }
            match self.peek() {
                Some('\\') if !raw => text.push(self.escape()?),
                Some(character) if quote.len() == 3 || !matches!(character, '\n' | '\r') => {
                    self.at += character.len_utf8();
                    text.push(character);
                }
                _ => {
                    return Err(self
                        .error(start..self.at, "the string has no end")
                        .hint(format!("close it with {quote}")));
                }
            }
        }
    }

    /// One escape sequence, its backslash next.
    fn escape(&mut self) -> Result<char, CompileError> {
        let start = self.at;
        self.at += 1;
        let Some(letter) = self.peek() else { return Err(self.error(start..self.at, "the string has no end")) };
        self.at += letter.len_utf8();
        let code = match letter {
            'n' => return Ok('\n'),
            'r' => return Ok('\r'),
            't' => return Ok('\t'),
            'a' => return Ok('\u{7}'),
            'b' => return Ok('\u{8}'),
            'f' => return Ok('\u{c}'),
            'v' => return Ok('\u{b}'),
            '\\' | '\'' | '"' | '`' | '?' => return Ok(letter),
            'x' | 'X' => self.digits(2, 16),
            'u' => self.digits(4, 16),
            'U' => self.digits(8, 16),
            '0'..='3' => {
                self.at -= 1;
                self.digits(3, 8)
            }
            _ => None,
        };
        code.and_then(char::from_u32).ok_or_else(|| {
            let end = self.at.min(self.source.len());
            self.error(start..end, format!("`{}` is no escape sequence", &self.source[start..end]))
                .hint("write a backslash as `\\\\`, or use a raw string: r\"...\"")
        })
    }

    fn digits(&mut self, count: usize, radix: u32) -> Option<u32> {
        let digits = self.rest().get(..count)?;
        if !digits.chars().all(|digit| digit.is_digit(radix)) {
            return None;
        }
        self.at += count;
        u32::from_str_radix(digits, radix).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(source: &str) -> Vec<TokenKind> {
        tokens(source).unwrap().into_iter().map(|token| token.kind).collect()
    }

    fn text(source: &str) -> String {
        match kinds(source).as_slice() {
            [TokenKind::Text(text), TokenKind::End] => text.clone(),
            other => panic!("{other:?}"),
        }
    }

    fn refused(source: &str) -> CompileError {
        tokens(source).unwrap_err()
    }

    #[test]
    fn symbols_are_split_greedily() {
        use TokenKind::{End, Int, Name, Symbol};
        assert_eq!(
            kinds("a<=1&&!b // all of it\n"),
            [Name("a".into()), Symbol("<="), Int(1), Symbol("&&"), Symbol("!"), Name("b".into()), End]
        );
    }

    #[test]
    fn numbers() {
        assert_eq!(
            kinds("0x1F 12 1.5 1e3 2E-2 .5")[..6],
            [
                TokenKind::Int(31),
                TokenKind::Int(12),
                TokenKind::Float(1.5),
                TokenKind::Float(1000.0),
                TokenKind::Float(0.02),
                TokenKind::Float(0.5),
            ]
        );
        assert_eq!(refused("99999999999999999999").message, "not a 64-bit integer");
        assert_eq!(refused("1e999").message, "not a 64-bit float");
        assert_eq!(refused("0x").message, "not a 64-bit integer");
        assert!(refused("7u").hint.unwrap().contains("unsigned"));
        assert_eq!(refused("90d").hint.unwrap(), "write `duration(\"90d\")`");
    }

    #[test]
    fn a_dot_after_an_integer_is_a_field() {
        assert_eq!(kinds("1.x").len(), 4);
    }

    #[test]
    fn strings() {
        assert_eq!(text(r#""a\n\t\\\"\x41\u00e4\U0001F600\101""#), "a\n\t\\\"Aä😀A");
        assert_eq!(kinds("'it''s'").len(), 3, "adjacent strings are two tokens");
    }

    #[test]
    fn raw_and_long_strings() {
        assert_eq!(text(r#"r"\d+\.""#), r"\d+\.");
        assert_eq!(text("'''a\n'b' '''"), "a\n'b' ");
        assert_eq!(text("\"\"\"a \"quoted\" word\"\"\""), "a \"quoted\" word");
    }

    #[test]
    fn broken_strings() {
        assert_eq!(refused("'abc").message, "the string has no end");
        assert_eq!(refused("'a\nb'").message, "the string has no end");
        assert_eq!(refused("'abc\\").message, "the string has no end");
        assert_eq!(refused(r"'\ud800'").message, r"`\ud800` is no escape sequence");
        assert_eq!(refused(r"'\q'").message, r"`\q` is no escape sequence");
        assert_eq!(refused(r"'\xé'").message, r"`\x` is no escape sequence");
        assert_eq!(refused(r"'\U00110000'").message, r"`\U00110000` is no escape sequence");
        assert_eq!(refused("b'abc'").message, "byte strings are not part of the language");
    }

    #[test]
    fn unknown_characters() {
        assert_eq!(refused("a & b").hint.as_deref(), Some("write `&&`"));
        assert_eq!(refused("a = b").hint.as_deref(), Some("write `==`"));
        assert_eq!(refused("é").span, 0..2);
        assert_eq!(refused("a # b").message, "unexpected character `#`");
    }

    #[test]
    fn long_sources_are_refused() {
        assert!(refused(&" ".repeat(MAX_SOURCE + 1)).message.contains("8192"));
        assert_eq!(kinds(&" ".repeat(MAX_SOURCE)), [TokenKind::End]);
    }
}
