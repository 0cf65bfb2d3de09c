//! Release numbers: runs of integers separated by dots, compared as integers.

use core::cmp::Ordering;
use core::fmt;

/// Most components that are kept.
const MAX_PARTS: usize = 4;

/// A release number of one to four components, `14.5` or `10.0.22631`.
///
/// Trailing zeros count: `15` and `15.0` are different texts of different
/// precision. Use [`ReleaseNumber::at_least`] to compare with a demand.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReleaseNumber {
    parts: [u32; MAX_PARTS],
    len: usize,
}

/// A release number and whether letters were glued to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The number.
    pub number: ReleaseNumber,
    /// Letters follow the last component without a separator, as in `22.04b`.
    pub suffixed: bool,
}

impl ReleaseNumber {
    /// Reads the longest leading run of digits and dots, after blanks and an optional `v`.
    ///
    /// Components beyond the fourth are dropped. Nothing when there is no
    /// leading digit or a component exceeds 32 bits.
    pub fn read(text: &str) -> Option<Reading> {
        let text = text.trim();
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let mut number = Self { parts: [0; MAX_PARTS], len: 0 };
        let mut rest = text;
        loop {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (part, after) = rest.split_at_checked(digits)?;
            if part.is_empty() {
                return None;
            }
            let part = part.parse().ok()?;
            if let Some(slot) = number.parts.get_mut(number.len) {
                *slot = part;
                number.len = number.len.saturating_add(1);
            }
            match after.strip_prefix('.') {
                Some(more) if more.starts_with(|c: char| c.is_ascii_digit()) => rest = more,
                _ => {
                    let suffixed = after.starts_with(char::is_alphabetic);
                    return Some(Reading { number, suffixed });
                }
            }
        }
    }

    /// The component at `index`, counted from zero; nothing beyond the last.
    pub fn part(&self, index: usize) -> Option<u32> {
        self.parts().get(index).copied()
    }

    /// The first component.
    pub const fn major(&self) -> u32 {
        let [major, ..] = self.parts;
        major
    }

    /// All components.
    pub fn parts(&self) -> &[u32] {
        self.parts.get(..self.len).unwrap_or(&[])
    }

    /// Whether this release meets a minimum; nothing when it is too coarse to say.
    ///
    /// `22` neither meets nor misses `22.04`, while `22` does meet `22.0`.
    pub fn at_least(&self, minimum: &Self) -> Option<bool> {
        let mut demanded = minimum.parts().iter();
        for part in self.parts() {
            let Some(demand) = demanded.next() else { return Some(true) };
            match part.cmp(demand) {
                Ordering::Equal => {}
                Ordering::Greater => return Some(true),
                Ordering::Less => return Some(false),
            }
        }
        demanded.all(|demand| *demand == 0).then_some(true)
    }
}

impl fmt::Display for ReleaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, part) in self.parts().iter().enumerate() {
            if position > 0 {
                f.write_str(".")?;
            }
            write!(f, "{part}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ReleaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> ReleaseNumber {
        ReleaseNumber::read(text).unwrap().number
    }

    #[test]
    fn the_leading_run_is_read() {
        for (text, read, suffixed) in [
            ("14.4.1", "14.4.1", false),
            (" v22.04 ", "22.04", false),
            ("22.04b", "22.4", true),
            ("6.8.0-45-generic", "6.8.0", false),
            ("10 Home", "10", false),
            ("1.2.3.4.5", "1.2.3.4", false),
            ("22.", "22", false),
        ] {
            let reading = ReleaseNumber::read(text).unwrap();
            assert_eq!(reading.number, number(read), "{text}");
            assert_eq!(reading.suffixed, suffixed, "{text}");
        }
        for text in ["", "v", "Ubuntu 22.04", ".5", "99999999999", "-1"] {
            assert_eq!(ReleaseNumber::read(text), None, "{text}");
        }
    }

    #[test]
    fn components_compare_as_numbers() {
        assert_eq!(number("22.04.10").at_least(&number("22.04.9")), Some(true));
        assert_eq!(number("15.6").at_least(&number("15.7")), Some(false));
        assert_eq!(number("15.7.1").at_least(&number("15.7")), Some(true));
        assert_eq!(number("16").at_least(&number("15.7")), Some(true));
    }

    #[test]
    fn a_coarse_release_does_not_decide() {
        assert_eq!(number("15").at_least(&number("15.7")), None);
        assert_eq!(number("15").at_least(&number("15.0.0")), Some(true));
        assert_eq!(number("14").at_least(&number("15.7")), Some(false));
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in ".{0,24}") {
            let _reading = ReleaseNumber::read(&text);
        }

        #[test]
        fn written_numbers_are_read_back(parts in proptest::collection::vec(any::<u32>(), 1..=4)) {
            let text = parts.iter().map(ToString::to_string).collect::<alloc::vec::Vec<_>>().join(".");
            let reading = ReleaseNumber::read(&format!(" v{text}-x")).unwrap();
            prop_assert_eq!(reading.number.parts(), parts.as_slice());
            prop_assert_eq!(reading.number.to_string(), text);
            prop_assert_eq!(reading.number.at_least(&reading.number), Some(true));
        }
    }
}
