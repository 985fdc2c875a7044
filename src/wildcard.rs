//! Patterns in which `*` stands for any text, and everything else for itself.

/// True if the whole text is what the pattern says.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some((_, behind)) = rest.split_once(part) else { return false };
        rest = behind;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;
    use proptest::prelude::*;

    #[test]
    fn a_star_stands_for_any_text_and_for_none() {
        for pattern in ["acme-web-site", "acme-*", "*-site", "*web*", "a*w*e", "*", "**", "acme-web-site*"] {
            assert!(matches(pattern, "acme-web-site"), "{pattern}");
        }
        for pattern in ["", "acme", "web*", "*-sit", "a*x*e", "acme-web-site-*", "acme-web-*-web-site"] {
            assert!(!matches(pattern, "acme-web-site"), "{pattern}");
        }
        assert!(matches("", "") && matches("*", "") && !matches("a*a", "a"), "no part is used twice");
    }

    proptest! {
        #[test]
        fn it_is_what_a_regular_expression_says(pattern in "[aé*]{0,6}", text in "[aé]{0,6}") {
            let parts: Vec<_> = pattern.split('*').map(regex::escape).collect();
            let regex = regex::Regex::new(&format!("^{}$", parts.join(".*"))).unwrap();
            prop_assert_eq!(matches(&pattern, &text), regex.is_match(&text));
        }
    }
}
