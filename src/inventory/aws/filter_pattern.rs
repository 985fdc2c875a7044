//! JSON filter patterns of CloudWatch Logs: which CloudTrail events does a metric filter count?
//!
//! Patterns are written by the owners of accounts, so they may be anything: length and depth are bounded, and what is
//! not understood selects nothing.

use crate::wildcard;

/// CloudWatch Logs takes at most 1,024 characters.
const MAX_BYTES: usize = 8 * 1024;
const MAX_DEPTH: usize = 64;
/// What a regular expression inside a pattern may take.
const REGEX_BYTES: usize = 64 * 1024;

/// A parsed pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// All of them hold.
    All(Vec<Self>),
    /// One of them holds.
    Any(Vec<Self>),
    /// One field is looked at.
    Test {
        /// The path without `$.`, for instance `userIdentity.type`.
        field: String,
        /// What must be true of it.
        test: Test,
    },
}

/// What must be true of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// It has this value, or with `negated` another one.
    Equal {
        /// `!=`
        negated: bool,
        /// The value.
        value: Operand,
    },
    /// It is a number smaller or greater than another; such tests fit no text.
    Order,
    /// It is not there.
    NotExists,
    /// It is `true`, `false` or `null`.
    Is(&'static str),
}

/// The right side of `=` and `!=`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// Text, in which `*` stands for any text.
    Text(String),
    /// A regular expression that must fit somewhere.
    Regex(String),
}

/// What an imagined event says of a field.
#[derive(Debug, Clone, Copy)]
enum Said<'a> {
    /// It has this value.
    Value(&'a str),
    /// Nothing: the event may lack it, or have a value that no pattern foresees.
    Nothing,
}

/// A value that no pattern names.
const UNFORESEEN: &str = "\u{1}";

impl Pattern {
    /// Parses a pattern; none if it is no JSON pattern (`{ ... }`) or is malformed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let inner = text.trim().strip_prefix('{')?.strip_suffix('}')?;
        let mut parser = Parser { rest: inner };
        let pattern = parser.alternatives(0)?;
        parser.rest.trim_start().is_empty().then_some(pattern)
    }

    /// True if the pattern picks events with this value of `field` out of those that have the fields of `context`.
    ///
    /// The event is imagined: it has these fields, and nobody foresaw what else it holds. So a pattern that asks for
    /// more than the given fields (`$.userIdentity.userName = bob`) does not select it, one that only makes
    /// exceptions (`!=`, `NOT EXISTS`) does. A pattern that fits whatever the value of `field` picks nothing out.
    #[must_use]
    pub fn selects(&self, field: &str, value: &str, context: &[(&str, &str)]) -> bool {
        let event = |value| {
            move |name: &str| {
                if name == field {
                    return Said::Value(value);
                }
                context.iter().find(|(known, _)| *known == name).map_or(Said::Nothing, |(_, value)| Said::Value(value))
            }
        };
        self.fits(&event(value)) && !self.fits(&event(UNFORESEEN))
    }

    fn fits<'a>(&self, event: &impl Fn(&str) -> Said<'a>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.fits(event)),
            Self::Any(parts) => parts.iter().any(|part| part.fits(event)),
            Self::Test { field, test } => match (test, event(field)) {
                (Test::Equal { negated, value }, Said::Value(known)) => {
                    value.fits(known).is_some_and(|fits| fits != *negated)
                }
                (Test::Equal { negated, value }, Said::Nothing) => *negated && value.fits(UNFORESEEN) == Some(false),
                (Test::Is(word), Said::Value(known)) => known == *word,
                (Test::NotExists, said) => matches!(said, Said::Nothing),
                (Test::Order, _) | (Test::Is(_), Said::Nothing) => false,
            },
        }
    }
}

impl Operand {
    /// Whether the value fits; none if the operand is no usable regular expression.
    fn fits(&self, value: &str) -> Option<bool> {
        match self {
            Self::Text(pattern) => Some(wildcard::matches(pattern, value)),
            Self::Regex(pattern) => {
                let built = regex::RegexBuilder::new(pattern).size_limit(REGEX_BYTES).nest_limit(32).build();
                built.ok().map(|regex| regex.is_match(value))
            }
        }
    }
}

struct Parser<'a> {
    /// What is still to be read.
    rest: &'a str,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let next = characters.next();
        self.rest = characters.as_str();
        next
    }

    /// Reads this mark if it comes next.
    fn eat(&mut self, mark: &str) -> bool {
        let behind = self.rest.trim_start().strip_prefix(mark);
        if let Some(behind) = behind {
            self.rest = behind;
        }
        behind.is_some()
    }

    /// Reads this word if it comes next, in any case.
    fn eat_word(&mut self, word: &str) -> bool {
        let ahead = self.rest.trim_start();
        let Some((start, behind)) = ahead.split_at_checked(word.len()) else { return false };
        let found =
            start.eq_ignore_ascii_case(word) && !behind.starts_with(|next: char| next.is_alphanumeric() || next == '_');
        if found {
            self.rest = behind;
        }
        found
    }

    fn alternatives(&mut self, depth: usize) -> Option<Pattern> {
        let mut parts = vec![self.conjunction(depth)?];
        while self.eat("||") {
            parts.push(self.conjunction(depth)?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Pattern::Any(parts) })
    }

    fn conjunction(&mut self, depth: usize) -> Option<Pattern> {
        let mut parts = vec![self.part(depth)?];
        while self.eat("&&") {
            parts.push(self.part(depth)?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Pattern::All(parts) })
    }

    fn part(&mut self, depth: usize) -> Option<Pattern> {
        if depth > MAX_DEPTH {
            return None;
        }
        if self.eat("(") {
            let inner = self.alternatives(depth + 1)?;
            return self.eat(")").then_some(inner);
        }
        let field = self.field()?;
        Some(Pattern::Test { field, test: self.test()? })
    }

    /// `$.a.b[0]` or `$["a"].b`, as `a.b[0]` or `a.b`.
    fn field(&mut self) -> Option<String> {
        if !self.eat("$") {
            return None;
        }
        let mut field = String::new();
        loop {
            match self.peek() {
                Some('.') => {
                    self.take();
                    // `$.["a"]`
                    if self.peek() == Some('[') {
                        continue;
                    }
                    let name = self.while_true(|next| next.is_alphanumeric() || "_-@:*".contains(next));
                    if name.is_empty() {
                        return None;
                    }
                    push_name(&mut field, &name);
                }
                Some('[') => {
                    self.take();
                    if let Some(quote @ ('"' | '\'')) = self.peek() {
                        push_name(&mut field, &self.quoted(quote)?);
                    } else {
                        let index = self.while_true(|next| next.is_ascii_digit() || next == '*');
                        field.push_str(&format!("[{index}]"));
                    }
                    self.rest = self.rest.strip_prefix(']')?;
                }
                _ => return (!field.is_empty()).then_some(field),
            }
        }
    }

    fn test(&mut self) -> Option<Test> {
        if self.eat("!=") {
            return Some(Test::Equal { negated: true, value: self.operand()? });
        }
        if ["<=", ">=", "<", ">"].iter().any(|mark| self.eat(mark)) {
            return self.operand().map(|_| Test::Order);
        }
        if self.eat("=") {
            return Some(Test::Equal { negated: false, value: self.operand()? });
        }
        if self.eat_word("NOT") {
            return self.eat_word("EXISTS").then_some(Test::NotExists);
        }
        if self.eat_word("IS") {
            return ["TRUE", "FALSE", "NULL"]
                .into_iter()
                .zip(["true", "false", "null"])
                .find_map(|(word, value)| self.eat_word(word).then_some(Test::Is(value)));
        }
        None
    }

    fn operand(&mut self) -> Option<Operand> {
        self.rest = self.rest.trim_start();
        match self.peek()? {
            '"' => self.quoted('"').map(Operand::Text),
            '%' => {
                self.take();
                let pattern = self.while_true(|next| next != '%');
                self.take().map(|_| Operand::Regex(pattern))
            }
            _ => {
                let word = self.while_true(|next| !next.is_whitespace() && !"(){}|&=!<>\"%".contains(next));
                (!word.is_empty()).then_some(Operand::Text(word))
            }
        }
    }

    fn quoted(&mut self, quote: char) -> Option<String> {
        self.take();
        let mut text = String::new();
        loop {
            match self.take()? {
                '\\' => text.push(self.take()?),
                end if end == quote => return Some(text),
                other => text.push(other),
            }
        }
    }

    fn while_true(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let length = self.rest.find(|next| !wanted(next)).unwrap_or(self.rest.len());
        let (text, behind) = self.rest.split_at(length);
        self.rest = behind;
        text.to_owned()
    }
}

fn push_name(field: &mut String, name: &str) {
    if !field.is_empty() {
        field.push('.');
    }
    field.push_str(name);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn selects(pattern: &str, field: &str, value: &str, context: &[(&str, &str)]) -> bool {
        Pattern::parse(pattern).is_some_and(|pattern| pattern.selects(field, value, context))
    }

    fn selects_event(pattern: &str, event: &str) -> bool {
        selects(pattern, "eventName", event, &[("eventSource", "cloudtrail.amazonaws.com")])
    }

    #[test]
    fn every_way_of_writing_an_alternative() {
        for pattern in [
            "{ ($.eventName = CreateTrail) || ($.eventName = DeleteTrail) }",
            "{($.eventName=CreateTrail)||($.eventName=DeleteTrail)}",
            "{ $.eventName = \"DeleteTrail\" }",
            "  {\n\t$.eventName\n=\nDeleteTrail } ",
            "{ (($.eventName = CreateTrail) || (($.eventName = DeleteTrail))) }",
            "{ ($.eventSource = cloudtrail.amazonaws.com) && (($.eventName = CreateTrail) || ($.eventName = DeleteTrail)) }",
            "{ $.eventSource = \"cloudtrail.amazonaws.com\" && $.eventName = Delete* }",
            "{ $.eventName = %^(Create|Delete)Trail$% }",
            "{ $['eventName'] = DeleteTrail }",
            "{ $.eventName = DeleteTrail && $.userIdentity.invokedBy NOT EXISTS }",
            "{ $.eventName = DeleteTrail && $.sourceIPAddress != \"delivery.logs.amazonaws.com\" }",
            "{ $.eventName = Foo || $.eventName = DeleteTrail && $.eventType != AwsServiceEvent }",
        ] {
            assert!(selects_event(pattern, "DeleteTrail"), "{pattern}");
        }
    }

    #[test]
    fn what_does_not_select_the_event() {
        for pattern in [
            "",
            "{}",
            "{ }",
            "DeleteTrail",
            "\"DeleteTrail\"",
            "[ip, user, eventName = DeleteTrail]",
            "{ $.eventName = CreateTrail }",
            "{ $.eventName = deletetrail }",
            "{ $.eventName != DeleteTrail }",
            "{ $.eventName != CreateTrail }",
            "{ $.eventName = * }",
            "{ $.eventName = %.% }",
            "{ $.eventName = %(% }",
            "{ $.eventName != %(% }",
            "{ $.eventName NOT EXISTS }",
            "{ $.eventSource = cloudtrail.amazonaws.com }",
            "{ $.eventName = DeleteTrail && $.eventName = CreateTrail }",
            "{ $.eventName = DeleteTrail && $.userIdentity.userName = bob }",
            "{ $.eventName = DeleteTrail && $.userIdentity.userName = * }",
            "{ $.eventName = DeleteTrail && $.readOnly IS TRUE }",
            "{ $.eventName = DeleteTrail && $.x > 3 }",
            "{ $.eventName = DeleteTrail && $.eventSource = kms.amazonaws.com }",
            "{ $.eventName = DeleteTrail && $.eventSource != cloudtrail.amazonaws.com }",
            "{ $.eventNames = DeleteTrail }",
            "{ $.requestParameters.eventName = DeleteTrail }",
            "{ $.eventName = DeleteTrail",
            "{ ($.eventName = DeleteTrail }",
            "{ $.eventName = DeleteTrail } trailing",
            "{ $.eventName = DeleteTrail || }",
            "{ $.eventName = \"DeleteTrail }",
            "{ eventName = DeleteTrail }",
            "{ $.eventName == DeleteTrail }",
        ] {
            assert!(!selects_event(pattern, "DeleteTrail"), "{pattern}");
        }
    }

    #[test]
    fn the_pattern_for_root_use() {
        let pattern = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && \
                       $.eventType != \"AwsServiceEvent\" }";
        assert!(selects(pattern, "userIdentity.type", "Root", &[("eventType", "AwsApiCall")]));
        assert!(!selects(pattern, "userIdentity.type", "Root", &[("eventType", "AwsServiceEvent")]));
        assert!(!selects(pattern, "userIdentity.type", "Root", &[("userIdentity.invokedBy", "support.amazonaws.com")]));
        assert!(!selects(pattern, "userIdentity.type", "IAMUser", &[]));
    }

    #[test]
    fn the_pattern_for_sign_in_without_mfa() {
        let signed_in = |mfa| {
            let pattern = "{ ($.eventName = \"ConsoleLogin\") && ($.additionalEventData.MFAUsed != \"Yes\") && \
                           ($.userIdentity.type = \"IAMUser\") && ($.responseElements.ConsoleLogin = \"Success\") }";
            let context = [
                ("additionalEventData.MFAUsed", mfa),
                ("userIdentity.type", "IAMUser"),
                ("responseElements.ConsoleLogin", "Success"),
            ];
            selects(pattern, "eventName", "ConsoleLogin", &context)
        };
        assert!(signed_in("No"));
        assert!(!signed_in("Yes"));
    }

    #[test]
    fn the_pattern_for_refused_calls() {
        let pattern = "{ ($.errorCode = \"*UnauthorizedOperation\") || ($.errorCode = \"AccessDenied*\") && \
                       ($.sourceIPAddress!=\"delivery.logs.amazonaws.com\") && ($.eventName!=\"HeadBucket\") }";
        for code in ["Client.UnauthorizedOperation", "AccessDenied", "AccessDeniedException"] {
            assert!(selects(pattern, "errorCode", code, &[]), "{code}");
        }
        assert!(!selects(pattern, "errorCode", "NoSuchBucket", &[]));
        assert!(!selects(pattern, "errorCode", "AccessDenied", &[("eventName", "HeadBucket")]));
    }

    #[test]
    fn indexed_and_quoted_fields() {
        assert!(selects("{ $.a[0].b = c }", "a[0].b", "c", &[]));
        assert!(selects("{ $.[\"a\"][\"b c\"] = d }", "a.b c", "d", &[]));
        assert!(selects("{ $.a = \"say \\\"hi\\\"\" }", "a", "say \"hi\"", &[]));
        assert!(selects("{ $.a IS TRUE }", "a", "true", &[]));
        assert!(!selects("{ $.a[0 = c }", "a[0]", "c", &[]));
    }

    #[test]
    fn deep_and_long_patterns_select_nothing() {
        let deep = |depth: usize| format!("{{{}$.a = b{}}}", "(".repeat(depth), ")".repeat(depth));
        assert!(selects(&deep(20), "a", "b", &[]));
        assert!(Pattern::parse(&deep(3_000)).is_none());
        let long = format!("{{ $.a = b {} }}", "|| $.a = b ".repeat(100_000));
        assert!(Pattern::parse(&long).is_none());
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC*") {
            let _ = selects(&text, "eventName", "DeleteTrail", &[]);
            let _ = selects(&format!("{{{text}}}"), "eventName", "DeleteTrail", &[]);
        }

        #[test]
        fn any_sequence_of_marks_is_survived(marks in proptest::collection::vec(
            prop::sample::select(vec!["(", ")", "{", "}", "$.", "$", "[", "]", "a", "eventName", "=", "!=", "<", "%", "\"", "\\",
                "&&", "||", "NOT", "EXISTS", "IS", "TRUE", " ", "*", "é"]), 0..60)) {
            let _ = selects(&format!("{{{}}}", marks.concat()), "a", "a", &[]);
        }

        #[test]
        fn every_listed_event_is_selected_and_no_other(
            events in proptest::collection::btree_set("[A-Z][a-zA-Z]{1,20}", 1..20), space in "[ \t\n]{0,3}", quote in any::<bool>(),
        ) {
            let quoted = |event: &String| if quote { format!("\"{event}\"") } else { event.clone() };
            let parts: Vec<_> = events.iter().map(|event| format!("({space}$.eventName{space}={space}{}{space})", quoted(event))).collect();
            let pattern = format!("{{{space}{}{space}}}", parts.join("||"));
            for event in &events {
                prop_assert!(selects(&pattern, "eventName", event, &[]));
            }
            prop_assert!(!selects(&pattern, "eventName", "Not-An-Event", &[]));
        }
    }
}
