//! "Did you mean": the nearest of the known names.

/// The known name nearest to `given`, if any is near enough to be a slip.
#[must_use]
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given_lower = given.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&given_lower, &name.to_lowercase()), name))
        .min()
        .filter(|(distance, name)| *distance <= 1 + name.chars().count().min(given.chars().count()) / 3)
        .map(|(_, name)| name)
}

/// ` (did you mean X?)`, or nothing.
#[must_use]
pub fn did_you_mean<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(given, known).map(|name| format!("did you mean {name}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_slips_and_nothing_far_away() {
        let known = ["AWS-S3-001", "AWS-S3-002", "AWS-EC2-001"];
        assert_eq!(nearest("AWS-S3-0O1", known), Some("AWS-S3-001"));
        assert_eq!(nearest("aws-ec2-001", known), Some("AWS-EC2-001"));
        assert_eq!(nearest("frobnicate", known), None);
    }
}
