//! What a secret looks like: patterns in texts, and names of fields whose value is one.

use crate::finding::word::words;
use regex::{Regex, RegexSet};
use std::sync::LazyLock;

words! {
    /// Why a value was taken out.
    Rule, "redaction rule" {
        /// A private key in PEM.
        PrivateKey = "private-key",
        /// A secret access key of AWS.
        AwsSecretKey = "aws-secret-access-key",
        /// A session token of AWS.
        AwsSessionToken = "aws-session-token",
        /// A token whose beginning tells who issued it.
        IssuedToken = "issued-token",
        /// A JSON web token.
        WebToken = "json-web-token",
        /// The password inside an address.
        AddressPassword = "password-in-address",
        /// `password=...` or `token: ...` inside a text.
        Assignment = "assignment-in-text",
        /// The value of something that is called a password, secret, token or credential.
        NamedSecret = "named-secret",
        /// A condition of a policy that compares with a secret of the caller.
        SharedSecret = "shared-secret-in-condition",
    }
}

/// What stands in the place of a secret. It tells nothing of the value, not even a hash that could be tried out.
pub const MARK: &str = "[REDACTED]";

/// Pattern and the rule it belongs to; the group `secret` is what is taken out, or else the whole match.
const PATTERNS: &[(Rule, &str)] = &[
    (Rule::PrivateKey, r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\z)"),
    (Rule::WebToken, r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    (Rule::AwsSessionToken, r"\b(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9/+=]{40,}"),
    (
        Rule::IssuedToken,
        r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|xox[abeprs]-[A-Za-z0-9-]{10,}|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9]{16,}|AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{30,}|pypi-[A-Za-z0-9_-]{40,}|hf_[A-Za-z0-9]{30,}|dop_v1_[a-f0-9]{40,}|sk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}|hvs\.[A-Za-z0-9_-]{20,}|AGE-SECRET-KEY-1[A-Z0-9]{20,})",
    ),
    (Rule::AddressPassword, r"\b[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s/:@]*:(?P<secret>[^\s/@]{1,256})@"),
    (
        Rule::Assignment,
        // Between colons, as in an ARN, a name is a part of a name.
        r#"(?i)(?:(?:^|[^a-z0-9:])(?:[a-z0-9]+[_.-])*(?:password|passwd|passphrase|pwd|secret|token|credentials?|api[_-]?key|access[_-]?key|secret[_-]?key|account[_-]?key|shared[_-]?access[_-]?key|private[_-]?key|client[_-]?secret)["']?\s*(?:=>|[=:])|:(?:[a-z0-9]+[_.-])*(?:password|passwd|passphrase|pwd|secret|token|credentials?|api[_-]?key|access[_-]?key|secret[_-]?key|account[_-]?key|shared[_-]?access[_-]?key|private[_-]?key|client[_-]?secret)\s*=)\s*["']?(?P<secret>[^\s"',;&<>{}()\[\]]{4,})"#,
    ),
    (Rule::AwsSecretKey, r"(?:^|[^A-Za-z0-9/+=])(?P<secret>[A-Za-z0-9/+]{40})(?:$|[^A-Za-z0-9/+=])"),
];

static SET: LazyLock<Option<RegexSet>> = LazyLock::new(|| RegexSet::new(PATTERNS.iter().map(|(_, text)| *text)).ok());
static EACH: LazyLock<Vec<(Rule, Regex)>> = LazyLock::new(|| {
    // The patterns are constants; a test compiles each.
    PATTERNS.iter().filter_map(|(rule, text)| Some((*rule, Regex::new(text).ok()?))).collect()
});

/// The text without its secrets, and the first rule that took one out; none if there is none.
pub fn clean(text: &str) -> Option<(String, Rule)> {
    if text.len() < 8 || !SET.as_ref().is_some_and(|set| set.is_match(text)) {
        return None;
    }
    let mut cleaned = text.to_owned();
    let mut first = None;
    for (rule, pattern) in EACH.iter() {
        let mut result = String::with_capacity(cleaned.len());
        let (mut copied, mut from) = (0, 0);
        while let Some(found) = pattern.captures_at(&cleaned, from) {
            let (Some(whole), secret) = (found.get(0), found.name("secret").or_else(|| found.get(0))) else { break };
            let Some(secret) = secret else { break };
            // Neighbours may share the character between them.
            from = secret.end().max(whole.start() + 1);
            while !cleaned.is_char_boundary(from) {
                from += 1;
            }
            if is_secret(*rule, secret.as_str()) {
                result.push_str(&cleaned[copied..secret.start()]);
                result.push_str(MARK);
                copied = secret.end();
                first = first.or(Some(*rule));
            }
        }
        if copied > 0 {
            result.push_str(&cleaned[copied..]);
            cleaned = result;
        }
    }
    first.map(|rule| (cleaned, rule))
}

fn is_secret(rule: Rule, text: &str) -> bool {
    match rule {
        Rule::AwsSecretKey => looks_random(text),
        Rule::Assignment | Rule::AddressPassword => !is_harmless(text),
        _ => true,
    }
}

/// Forty characters of base64 that are neither a hexadecimal hash nor a path of words.
fn looks_random(text: &str) -> bool {
    let has = |test: fn(&char) -> bool| text.chars().any(|c| test(&c));
    let mut counts = [0_u32; 128];
    for byte in text.bytes().filter(u8::is_ascii) {
        counts[usize::from(byte)] += 1;
    }
    let length = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX));
    let entropy: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / length;
            -share * share.log2()
        })
        .sum();
    has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase) && has(char::is_ascii_digit) && entropy > 4.2
}

/// True if something of this name holds a secret: `db_password`, `ApiToken`, `client-secret`; but not
/// `password_policy`, `secret_arn` or `token_rotation_enabled`, which tell of one.
pub fn names_secret(name: &str) -> bool {
    static SECRET: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"^(?:.*[^a-z])?(?:passwords?|passwd|passphrase|pwd|secrets?|tokens?|credentials?|apikey|api_key|private_key|secret_key|access_key|account_key|connection_string|authorization)(?:_?(?:value|text|plain|prod|production|staging|dev|test|old|new|[0-9]+))?$",
        )
        .ok()
    });
    SECRET.as_ref().is_some_and(|pattern| pattern.is_match(&snake_case(name)))
}

/// `ApiToken`, `api-token` and `API_TOKEN` alike: `api_token`.
fn snake_case(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    let mut lower_before = false;
    for character in name.chars() {
        if character.is_ascii_uppercase() && lower_before {
            text.push('_');
        }
        lower_before = character.is_ascii_lowercase() || character.is_ascii_digit();
        text.push(if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '_' });
    }
    text
}

/// A value that tells nothing secret wherever it stands: a word of a setting, a number, a time, an ARN, a reference.
pub fn is_harmless(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "none",
        "null",
        "enabled",
        "disabled",
        "enable",
        "disable",
        "required",
        "optional",
        "active",
        "inactive",
        "default",
        "unknown",
        "rotated",
        "never",
        "managed",
        "expired",
        "valid",
        "invalid",
        "aws",
        "kms",
        "plaintext",
        "sensitive",
    ];
    let text = text.trim();
    text.is_empty()
        || text == MARK
        || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
        || text.starts_with("arn:")
        || text.starts_with("${")
        || text.starts_with("{{")
        || text.starts_with('$')
        || text.chars().all(|c| c == '*' || c == '?' || c == 'x' || c == 'X')
        || text.parse::<f64>().is_ok()
        || text.parse::<jiff::Timestamp>().is_ok()
        || text.parse::<jiff::civil::Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> String {
        clean(text).map_or_else(|| text.to_owned(), |(text, _)| text)
    }

    #[test]
    fn every_pattern_compiles() {
        assert!(SET.is_some());
        assert_eq!(EACH.len(), PATTERNS.len());
    }

    #[test]
    fn secrets_in_texts_are_taken_out_and_the_rest_stays() {
        // Put together here, so that scanners of repositories do not take them for real.
        let aws = ["wJalrXUtnFEMI", "/K7MDENG/bPxRfiCY", "EXAMPLEKEY"].concat();
        let github = format!("ghp_{}", "a1B2".repeat(9));
        for (text, expected, rule) in [
            (format!("key {aws}, ok"), "key [REDACTED], ok".to_owned(), Rule::AwsSecretKey),
            (format!("{aws} {aws}"), "[REDACTED] [REDACTED]".to_owned(), Rule::AwsSecretKey),
            (github.clone(), MARK.to_owned(), Rule::IssuedToken),
            (
                "postgres://app:hunter2@db/x".to_owned(),
                "postgres://app:[REDACTED]@db/x".to_owned(),
                Rule::AddressPassword,
            ),
            (
                "Server=db;Password=hunter2;Port=1".to_owned(),
                "Server=db;Password=[REDACTED];Port=1".to_owned(),
                Rule::Assignment,
            ),
            ("the db_password: \"hunter2\"".to_owned(), "the db_password: \"[REDACTED]\"".to_owned(), Rule::Assignment),
            ("/app/token=s3cr3t-value".to_owned(), "/app/token=[REDACTED]".to_owned(), Rule::Assignment),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nMIIB\nabc\n-----END RSA PRIVATE KEY-----!".to_owned(),
                "[REDACTED]!".to_owned(),
                Rule::PrivateKey,
            ),
            ("-----BEGIN PRIVATE KEY-----\nMIIB cut".to_owned(), MARK.to_owned(), Rule::PrivateKey),
            (format!("eyJhbGciOiJI.{}.sig", "x".repeat(20)), MARK.to_owned(), Rule::WebToken),
        ] {
            assert_eq!(clean(&text), Some((expected, rule)), "{text}");
        }
    }

    #[test]
    fn what_only_speaks_of_secrets_stays() {
        for text in [
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf",
            "secretsmanager:GetSecretValue",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "The password policy requires 14 characters.",
            "{ ($.eventName = ConsoleLogin) && ($.additionalEventData.MFAUsed != \"Yes\") }",
            "{ ($.eventName = DeleteAccountPasswordPolicy) }",
            "arn:aws:s3:::logs/AWSLogs/123456789012/CloudTrail/eu/west/1/2026/11/22/file",
            "token: required",
            "secret: arn:aws:secretsmanager:eu-west-1:1:secret:x",
            "password=${DB_PASSWORD}",
            "https://example.com/a:b@c",
            "AKIAIOSFODNN7EXAMPLE",
            "Accounts/Departments/Engineering/Platform",
        ] {
            assert_eq!(cleaned(text), text);
        }
    }

    #[test]
    fn names_tell_secrets_from_what_is_about_them() {
        for name in ["password", "db_password", "DbPassword", "api-token", "API_KEY", "client_secret", "secret1"] {
            assert!(names_secret(name), "{name}");
        }
        for name in [
            "password_policy",
            "secret_rotation",
            "token_enabled",
            "secret_arn",
            "password_last_used",
            "keys",
            "SecretId",
            "imds_tokens_required",
            "monkey",
            "kms_key",
        ] {
            assert!(!names_secret(name), "{name}");
        }
    }

    #[test]
    fn hostile_texts_are_cleaned_in_one_pass() {
        let text = "password=ä".repeat(2_000);
        assert!(!cleaned(&text).contains("=ä"));
        assert_eq!(cleaned(&"-----BEGIN PRIVATE KEY-----".repeat(50)), MARK);
    }
}
