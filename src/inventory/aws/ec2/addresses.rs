//! Sets of IP addresses, and when such a set is "the internet".

use std::net::IpAddr;

/// IPv4 or IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    V4,
    V6,
}

/// First and last address.
pub(super) type Span = (u128, u128);

/// The span of a CIDR range or of a single address; none if it is neither.
pub(super) fn parse(range: &str) -> Option<(Family, Span)> {
    let (address, length) = match range.trim().split_once('/') {
        Some((address, length)) => (address, Some(length.parse::<u32>().ok()?)),
        None => (range.trim(), None),
    };
    let (family, bits, width) = match address.parse().ok()? {
        IpAddr::V4(address) => (Family::V4, u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (Family::V6, u128::from(address), 128),
    };
    let length = length.unwrap_or(width);
    let host_bits = width.checked_sub(length)?;
    let hosts = if host_bits == 128 { u128::MAX } else { (1_u128 << host_bits) - 1 };
    let first = bits & !hosts;
    Some((family, (first, first | hosts)))
}

/// Addresses of one family: sorted spans that neither overlap nor touch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Addresses(Vec<Span>);

impl Addresses {
    /// Adds a span.
    pub(super) fn insert(&mut self, span: Span) {
        self.0.push(span);
        self.0.sort_unstable();
        let mut merged: Vec<Span> = Vec::with_capacity(self.0.len());
        for (first, last) in self.0.drain(..) {
            match merged.last_mut() {
                Some(previous) if first <= previous.1.saturating_add(1) => previous.1 = previous.1.max(last),
                _ => merged.push((first, last)),
            }
        }
        self.0 = merged;
    }

    /// The parts of a span that are not in the set.
    pub(super) fn missing_from(&self, (first, last): Span) -> Vec<Span> {
        let mut gaps = Vec::new();
        let mut next = first;
        for &(taken_first, taken_last) in &self.0 {
            if taken_last < next {
                continue;
            }
            if taken_first > last {
                break;
            }
            if taken_first > next {
                gaps.push((next, taken_first - 1));
            }
            if taken_last >= last {
                return gaps;
            }
            next = taken_last + 1;
        }
        gaps.push((next, last));
        gaps
    }

    /// True if the set holds at least half of the internet's addresses of that family.
    ///
    /// Half, so that `0.0.0.0/0` written as `0.0.0.0/1` and `128.0.0.0/1`, in one rule or in two, or with a hole cut
    /// into it, is still the internet. No list of partners or offices comes near.
    pub(super) fn hold_the_internet(&self, family: Family) -> bool {
        let (internet, half): (Span, u128) = match family {
            Family::V4 => ((0, u128::from(u32::MAX)), 1 << 31),
            // 2000::/3, all that is routed.
            Family::V6 => ((0x2000 << 112, (0x4000 << 112) - 1), 1 << 124),
        };
        let held: u128 = self
            .0
            .iter()
            .filter(|(first, last)| *first <= internet.1 && *last >= internet.0)
            .map(|(first, last)| (*last).min(internet.1) - (*first).max(internet.0) + 1)
            .sum();
        held >= half
    }
}

/// True if the ranges of that family together hold at least half of the internet's addresses.
pub(super) fn are_the_internet<'a>(family: Family, ranges: impl Iterator<Item = &'a str>) -> bool {
    let mut held = Addresses::default();
    for (_, span) in ranges.filter_map(parse).filter(|(of, _)| *of == family) {
        held.insert(span);
    }
    held.hold_the_internet(family)
}

/// True if `outer` holds every address of `inner`.
pub(super) fn holds(outer: &str, inner: &str) -> bool {
    match (parse(outer), parse(inner)) {
        (Some((a, outer)), Some((b, inner))) => a == b && outer.0 <= inner.0 && inner.1 <= outer.1,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn internet(ranges: &[&str]) -> (bool, bool) {
        (are_the_internet(Family::V4, ranges.iter().copied()), are_the_internet(Family::V6, ranges.iter().copied()))
    }

    #[test]
    fn ranges_become_spans() {
        assert_eq!(parse("10.0.0.0/8"), Some((Family::V4, (0x0a00_0000, 0x0aff_ffff))));
        assert_eq!(parse("10.1.2.3/8"), parse("10.0.0.0/8"), "host bits do not count");
        assert_eq!(parse("192.0.2.1"), Some((Family::V4, (0xc000_0201, 0xc000_0201))));
        assert_eq!(parse("::/0"), Some((Family::V6, (0, u128::MAX))));
        for nonsense in ["", "/", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "pl-12345678", "10.0.0/8", "1.2.3.4/x"] {
            assert_eq!(parse(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn the_internet_may_be_written_in_pieces() {
        assert_eq!(internet(&["0.0.0.0/0"]), (true, false));
        assert_eq!(internet(&["::/0"]), (false, true));
        assert_eq!(internet(&["0:0:0:0:0:0:0:0/0"]), (false, true));
        assert_eq!(internet(&["2000::/3"]), (false, true));
        assert_eq!(internet(&["0.0.0.0/1", "128.0.0.0/1"]), (true, false));
        assert_eq!(internet(&["128.0.0.0/2", "64.0.0.0/2"]), (true, false));
        assert_eq!(internet(&["0.0.0.0/2", "0.0.0.0/3", "10.0.0.0/8"]), (false, false), "overlaps count once");
        assert_eq!(internet(&["8000::/1", "fc00::/7", "fe80::/10"]), (false, false), "not routed on the internet");
        assert_eq!(internet(&["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"]), (false, false));
        assert_eq!(internet(&[]), (false, false));
    }

    #[test]
    fn what_is_missing_from_a_set() {
        let mut set = Addresses::default();
        set.insert((10, 20));
        set.insert((30, 40));
        set.insert((21, 22));
        assert_eq!(set, Addresses(vec![(10, 22), (30, 40)]));
        assert_eq!(set.missing_from((0, 50)), vec![(0, 9), (23, 29), (41, 50)]);
        assert_eq!(set.missing_from((12, 18)), vec![]);
        assert_eq!(set.missing_from((22, 30)), vec![(23, 29)]);
        assert_eq!(set.missing_from((41, 45)), vec![(41, 45)]);
        set.insert((0, u128::MAX));
        assert_eq!(set.missing_from((0, u128::MAX)), vec![]);
    }

    #[test]
    fn a_range_holds_its_parts() {
        assert!(holds("10.0.0.0/8", "10.1.0.0/16"));
        assert!(holds("10.1.0.0/16", "10.1.0.0/16"));
        assert!(!holds("10.1.0.0/16", "10.0.0.0/8"));
        assert!(!holds("::/0", "10.0.0.0/8"));
        assert!(!holds("pl-1", "10.0.0.0/8"));
    }
}
