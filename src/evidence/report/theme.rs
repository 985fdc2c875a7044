//! How the report looks: the page, sizes, colours. Lengths are points.

use crate::finding::{Severity, Status, Verdict};
use crate::framework::status::Standing;

/// A4.
pub const PAGE_WIDTH: f32 = 595.276;
/// A4.
pub const PAGE_HEIGHT: f32 = 841.89;
/// Left and right.
pub const MARGIN: f32 = 54.0;
/// Where the text of a page begins.
pub const TOP: f32 = 72.0;
/// Where the text of a page ends.
pub const BOTTOM: f32 = PAGE_HEIGHT - 64.0;
/// How wide text is.
pub const WIDTH: f32 = PAGE_WIDTH - 2.0 * MARGIN;

/// An sRGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Color(pub u8, pub u8, pub u8);

/// Text.
pub const INK: Color = Color(0x1d, 0x23, 0x2b);
/// Text that matters less; 5.9:1 on white.
pub const QUIET: Color = Color(0x5a, 0x65, 0x71);
/// Headings, rules that matter.
pub const ACCENT: Color = Color(0x1c, 0x3d, 0x5e);
/// Links.
pub const LINK: Color = Color(0x1c, 0x4f, 0x86);
/// Thin rules between rows.
pub const RULE: Color = Color(0xd3, 0xd9, 0xdf);
/// Behind table headers and notes.
pub const SHADE: Color = Color(0xf1, 0xf4, 0xf7);

/// The colour of a severity. Told apart in grey too, and never the only sign.
#[must_use]
pub const fn severity(severity: Severity) -> Color {
    match severity {
        Severity::Critical => Color(0x5e, 0x0b, 0x15),
        Severity::High => Color(0xb0, 0x36, 0x1f),
        Severity::Medium => Color(0xd9, 0x8a, 0x2b),
        Severity::Low => Color(0xe8, 0xc8, 0x6b),
        Severity::Informational => Color(0xdc, 0xe1, 0xe6),
    }
}

/// The colour of a verdict.
#[must_use]
pub const fn verdict(verdict: Verdict) -> Color {
    match verdict {
        Verdict::Fail => Color(0x8c, 0x1c, 0x13),
        Verdict::Manual => Color(0x3f, 0x6f, 0xa3),
        Verdict::Error => Color(0xd0, 0x8a, 0x1d),
        Verdict::Pass => Color(0x9c, 0xcb, 0xab),
        Verdict::NotApplicable => Color(0xdf, 0xe4, 0xe8),
    }
}

/// The colour of a requirement's standing, that of the verdict which leads to it.
#[must_use]
pub const fn standing(standing: Standing) -> Color {
    match standing {
        Standing::Met => verdict(Verdict::Pass),
        Standing::Failing => verdict(Verdict::Fail),
        Standing::NotEvaluated => verdict(Verdict::Error),
        Standing::NotCovered => verdict(Verdict::NotApplicable),
    }
}

/// The colour of a finding's status.
#[must_use]
pub const fn status(status: Status) -> Color {
    match status {
        Status::Open => verdict(Verdict::Fail),
        Status::Waived => verdict(Verdict::Manual),
        Status::Fixed | Status::Resolved => verdict(Verdict::Pass),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(Color(red, green, blue): Color) -> f32 {
        let linear = |value: u8| (f32::from(value) / 255.0).powf(2.2);
        (0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)).powf(1.0 / 2.2)
    }

    fn differ_in_grey(colors: impl Iterator<Item = Color>) {
        let mut grey: Vec<_> = colors.map(luminance).collect();
        grey.sort_by(f32::total_cmp);
        assert!(grey.windows(2).all(|pair| pair[1] - pair[0] > 0.06), "{grey:?}");
    }

    #[test]
    fn colours_of_charts_differ_when_printed_in_grey() {
        differ_in_grey(Severity::ALL.iter().map(|&one| severity(one)));
        differ_in_grey(Verdict::ALL.iter().map(|&one| verdict(one)));
    }

    #[test]
    fn text_has_enough_contrast() {
        let contrast = |color| {
            let relative = luminance(color).powf(2.2);
            1.05 / (relative + 0.05)
        };
        assert!([INK, QUIET, ACCENT, LINK].into_iter().all(|color| contrast(color) > 4.5));
    }
}
